import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";

export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

export interface Execution {
  readonly command: string;
  readonly interpreter: readonly string[];
  readonly dir: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly logging: Logging;
  readonly cancelled: AbortSignal;
  readonly log: (this: void, line: string) => void;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one script to its end; throws with its output when it fails. */
export async function execute(execution: Execution): Promise<Output> {
  const [program = "/bin/sh", ...args] = execution.interpreter;
  const dir = execution.dir ?? process.cwd();
  if (!existsSync(dir)) throw failed(`chdir ${dir}: no such file or directory`, execution, "");
  const child = spawn(program, [...args, execution.command], {
    cwd: dir,
    env: { ...process.env, ...execution.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A script that does not read its input closes it; that is no failure.
  child.stdin.on("error", () => undefined);
  child.stdin.end(execution.stdin);
  const both: Buffer[] = [];
  const logsStdout = execution.logging === "stdout" || execution.logging === "stdoutAndStderr";
  const logsStderr = execution.logging === "stderr" || execution.logging === "stdoutAndStderr";
  const stdout = collect(child.stdout, both, logsStdout ? execution.log : undefined);
  const stderr = collect(child.stderr, both, logsStderr ? execution.log : undefined);
  // Like the official plugin, this ends the interpreter only; what it started keeps the step
  // waiting for as long as it holds the output open.
  const kill = () => child.kill("SIGKILL");
  execution.cancelled.addEventListener("abort", kill, { once: true });
  if (execution.cancelled.aborted) kill();
  try {
    const problem = await endOf(child);
    if (problem) throw failed(problem, execution, Buffer.concat(both).toString());
    return { stdout: trimNewline(stdout()), stderr: trimNewline(stderr()) };
  } finally {
    execution.cancelled.removeEventListener("abort", kill);
  }
}

/** Exactly one newline is cut, so that a script can end its output with an empty line. */
export function trimNewline(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

function failed(problem: string, { command }: Execution, output: string): Error {
  return new Error(`${problem}: running ${JSON.stringify(command)}:\n${output}`);
}

function endOf(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      if (signal) resolve(`signal: ${signalText(signal)}`);
      else resolve(code === 0 ? undefined : `exit status ${code}`);
    });
  });
}

const SIGNAL_TEXTS: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

function signalText(signal: NodeJS.Signals): string {
  return SIGNAL_TEXTS[signal] ?? `signal ${constants.signals[signal]}`;
}

function collect(
  stream: NodeJS.ReadableStream,
  both: Buffer[],
  log: ((line: string) => void) | undefined,
): () => string {
  const chunks: Buffer[] = [];
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    both.push(chunk);
    if (!log) return;
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) log(line.replace(/\r$/, ""));
  });
  stream.on("end", () => {
    if (log && rest) log(rest);
  });
  return () => Buffer.concat(chunks).toString();
}
