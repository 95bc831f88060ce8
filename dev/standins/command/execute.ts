import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { Capture, failure, type Logging, type Output } from "./output.ts";

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

/** Runs one script to its end; throws with its output when it fails. */
export async function execute(execution: Execution): Promise<Output> {
  const { command, logging, log, cancelled } = execution;
  const [program = "/bin/sh", ...args] = execution.interpreter;
  const dir = execution.dir ?? process.cwd();
  if (!existsSync(dir)) throw failure(`chdir ${dir}: no such file or directory`, command, "");
  const child = spawn(program, [...args, command], {
    cwd: dir,
    env: { ...process.env, ...execution.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A script that does not read its input closes it; that is no failure.
  child.stdin.on("error", () => undefined);
  child.stdin.end(execution.stdin);
  const capture = new Capture(child.stdout, child.stderr, logging, log);
  // Like the official plugin, this ends the interpreter only; what it started keeps the step
  // waiting for as long as it holds the output open.
  const kill = () => child.kill("SIGKILL");
  cancelled.addEventListener("abort", kill, { once: true });
  if (cancelled.aborted) kill();
  try {
    const problem = await endOf(child);
    if (problem) throw capture.failure(problem, command);
    return capture.output;
  } finally {
    cancelled.removeEventListener("abort", kill);
  }
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
