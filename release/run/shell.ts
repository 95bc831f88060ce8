import { spawn } from "node:child_process";

export interface ShellOptions {
  readonly timeoutMs: number;
  /** Beside that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it gets by standard input. */
  readonly input?: string;
}

export interface ShellResult {
  /** Empty where it has done its work; else how it has ended: `ended with code 3`. */
  readonly problem: string;
  /** Standard output and error, the last of it. */
  readonly output: string;
}

/** Between the signal that asks a command to end and the one that ends it. */
const GRACE_MS = 5000;
const MOST_OUTPUT = 2 ** 20;

/** Runs a command of the user's with `sh`; at the deadline it is ended, with all that it has started. */
export function runShell(
  command: string,
  { timeoutMs, environment = {}, input = "" }: ShellOptions,
): Promise<ShellResult> {
  // A group of its own is what can be ended as a whole.
  const child = spawn("sh", ["-c", command], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: "pipe",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-MOST_OUTPUT);
    });
  }
  let isLate = false;
  const ending = setTimeout(() => {
    isLate = true;
    signalGroup(child.pid, "SIGTERM");
    killing = setTimeout(() => {
      signalGroup(child.pid, "SIGKILL");
      // What has left the group may keep these open for ever.
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    }, GRACE_MS);
  }, timeoutMs);
  let killing: NodeJS.Timeout | undefined;
  // A command that reads nothing is none that fails.
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(ending);
      clearTimeout(killing);
      const late = `did not end within ${timeoutMs / 1000} s`;
      const ended = code === 0 ? "" : `ended with ${signal ?? `code ${code}`}`;
      resolve({ problem: isLate ? late : ended, output });
    });
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}
