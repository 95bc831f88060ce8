import { execFile } from "node:child_process";
import { shellQuote } from "../../lib/shell.ts";
import { type SshTarget, Stranger, Unreachable } from "./sshTarget.ts";

/** The machine that runs this program. */
export const THIS_MACHINE = { name: "this machine" } as const;

/** Where a command can run. */
export type ExecHost = typeof THIS_MACHINE | SshTarget;

export interface ExecOptions {
  /** Standard input; empty by default. */
  readonly input?: string;
  /** Counted from when the connection is established. */
  readonly timeoutMs: number;
}

export interface ExecResult {
  /** 124 if the command did not end in time, as with timeout(1). */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command ran and failed; the message is its output. */
export class CommandFailed extends Error {}

const TIMED_OUT = 124;
/** For the remote `timeout` to end the command and report back. */
const GRACE_MS = 5000;
const MAX_OUTPUT = 2 ** 24;

/**
 * Runs a command on a host. Words are passed on verbatim. Put secrets into the input: all users of a
 * host can read the words.
 *
 * @throws Unreachable, Stranger if an SSH host can't be used.
 */
export async function exec(
  host: ExecHost,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  return "address" in host ? execOverSsh(host, command, options) : execHere(command, options);
}

/** A command's output. @throws CommandFailed, Unreachable, Stranger */
export async function execOutput(
  host: ExecHost,
  command: readonly string[],
  options: ExecOptions,
): Promise<string> {
  const { code, stdout, stderr } = await exec(host, command, options);
  if (code === 0) return stdout;
  throw new CommandFailed(stderr.trim() || `${command.join(" ")} ended with code ${code}`);
}

function execHere(
  [program = "", ...args]: readonly string[],
  { input = "", timeoutMs }: ExecOptions,
): Promise<ExecResult> {
  return new Promise((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: MAX_OUTPUT };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({ code: 0, stdout, stderr });
      if (error.killed) return resolve(timedOut(program, timeoutMs, stdout));
      const code = typeof error.code === "number" ? error.code : 127;
      resolve({ code, stdout, stderr: stderr || error.message });
    });
    // If a command ends without reading its input, only its code counts.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/** The host itself ends the command, even if the connection breaks. */
async function execOverSsh(
  host: SshTarget,
  command: readonly string[],
  { input = "", timeoutMs }: ExecOptions,
): Promise<ExecResult> {
  // Loaded only when needed: it takes a tenth of a second.
  const { runOverSsh, SshFailure } = await import("./sshClient.ts");
  const limit = ["timeout", "--kill-after=5", String(Math.ceil(timeoutMs / 1000))];
  const line = [...limit, ...command].map(shellQuote).join(" ");
  const result = await runOverSsh(host, line, input, timeoutMs + GRACE_MS).catch(
    (error: unknown) => {
      if (!(error instanceof SshFailure)) throw error;
      throw error.isStranger ? new Stranger(error.message) : new Unreachable(error.message);
    },
  );
  return result.code === TIMED_OUT
    ? timedOut(`${host.name}: ${command[0]}`, timeoutMs, result.stdout)
    : result;
}

function timedOut(what: string, timeoutMs: number, stdout: string): ExecResult {
  const stderr = `${what} did not end within ${timeoutMs / 1000} seconds`;
  return { code: TIMED_OUT, stdout, stderr };
}
