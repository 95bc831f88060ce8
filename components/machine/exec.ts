import { spawn } from "node:child_process";
import { constants } from "node:os";
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
const NOT_FOUND = 127;
/** For the remote `timeout` to end the command and report back. */
const GRACE_MS = 5000;

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
  // A group of its own: a Ctrl-C at the terminal is for this program to answer, and would end the command half-way.
  const child = spawn(program, args, { detached: true, stdio: "pipe" });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  }
  let isLate = false;
  const ending = setTimeout(() => {
    isLate = true;
    signalGroup(child.pid, "SIGTERM");
    // A process that has left the group may keep these open forever.
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  }, timeoutMs);
  // If a command ends without reading its input, only its code counts.
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve) => {
    const end = (result: ExecResult) => {
      clearTimeout(ending);
      resolve(isLate ? timedOut(program, timeoutMs, result.stdout) : result);
    };
    child.once("error", ({ message }) => end({ code: NOT_FOUND, stdout: "", stderr: message }));
    child.once("close", (code, signal) =>
      end({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), ...output }),
    );
  });
}

/** Signals a process that leads its group, and all that it has started. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The whole group has ended.
  }
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
