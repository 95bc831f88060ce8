import { execFile } from "node:child_process";
import { shellQuote } from "../../lib/shell.ts";
import { type SshTarget, Stranger, Unreachable } from "./sshTarget.ts";

/** The machine that runs this program. */
export const THIS_MACHINE = { name: "this machine" } as const;

/** Where a command can be run. */
export type ExecHost = typeof THIS_MACHINE | SshTarget;

export interface ExecOptions {
  /** Standard input; empty where it is left out. */
  readonly input?: string;
  /** From the moment in which the connection stands. */
  readonly timeoutMs: number;
}

export interface ExecResult {
  /** 124 where the command did not end in time, as timeout(1) has it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command ran, and failed; its message is what the command said. */
export class CommandFailed extends Error {}

const TIMED_OUT = 124;
/** For what a remote `timeout` needs to end the command, and for the way back. */
const GRACE_MS = 5000;
const MAX_OUTPUT = 2 ** 24;

/**
 * Runs a command on a host. Each word reaches the program as it stands, and secrets belong in the input:
 * words can be read by all users of a host.
 *
 * @throws Unreachable, Stranger where an SSH host can't be asked.
 */
export async function exec(
  host: ExecHost,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  return "address" in host ? execOverSsh(host, command, options) : execHere(command, options);
}

/** What a command prints. @throws CommandFailed, Unreachable, Stranger */
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
    // A command that ends without reading its input is judged by its code.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

/** The host ends the command itself, also where the connection breaks. */
async function execOverSsh(
  host: SshTarget,
  command: readonly string[],
  { input = "", timeoutMs }: ExecOptions,
): Promise<ExecResult> {
  // Loaded for those who need it: it takes a tenth of a second.
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
