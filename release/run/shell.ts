import { spawn } from "node:child_process";
import { signalGroup } from "../../components/machine/exec.ts";

export interface ShellOptions {
  readonly timeoutMs: number;
  /** In addition to that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
}

export interface ShellResult {
  /** Empty on success; else how it ended: `ended with code 3`. */
  readonly problem: string;
  /** Standard output and error, cut to their end. */
  readonly output: string;
}

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 5000;
const MAX_OUTPUT = 2 ** 20;

const COMMAND = "BLUEGREEN_COMMAND";
const RUN = `command=$${COMMAND}; unset ${COMMAND}; eval "$command"`;

/** Runs a user's command with `sh`; at the deadline it is ended, with every process that it has started. */
export function runShell(
  command: string,
  { timeoutMs, environment = {}, input = "" }: ShellOptions,
): Promise<ShellResult> {
  // A process group can be ended as a whole. The command may hold a secret, and all users see command lines.
  const child = spawn("sh", ["-c", RUN], {
    detached: true,
    env: { ...process.env, ...environment, [COMMAND]: command },
    stdio: "pipe",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
  }
  let isLate = false;
  const ending = setTimeout(() => {
    isLate = true;
    signalGroup(child.pid, "SIGTERM");
    killing = setTimeout(() => {
      signalGroup(child.pid, "SIGKILL");
      // A process that has left the group may keep these open forever.
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
    }, GRACE_MS);
  }, timeoutMs);
  let killing: NodeJS.Timeout | undefined;
  // A command need not read its input.
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
