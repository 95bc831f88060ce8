import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { programArgs, programEnvironment, type ProgramRequest } from "./command.ts";
import { splitWords } from "./words.ts";

export interface ProgramResult {
  /** Empty when the program succeeded or has already told the user what went wrong. */
  readonly error: string;
  /** True when the program has shown its error itself, so that the engine adds nothing. */
  readonly bail: boolean;
}

/** Exit code by which @pulumi/pulumi says "the user has been told". */
const TOLD_THE_USER = 32;
/** Time between asking the program to end and ending it. */
const STOP_GRACE_MS = 5000;

/** Runs the user's program in Node and copies its output to ours, which the engine reads. */
export async function runProgram(
  request: ProgramRequest,
  cancelled: AbortSignal,
): Promise<ProgramResult> {
  const found = locateRunner(request.programDirectory);
  if ("error" in found) return { error: found.error, bail: false };
  const nodeArgs = splitWords(textOption(request.options, "nodeargs"));
  const child = spawn("node", [...nodeArgs, ...programArgs(request, found.runner)], {
    env: { ...process.env, ...programEnvironment(request) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (data: Buffer) => process.stdout.write(data));
  child.stderr.on("data", (data: Buffer) => process.stderr.write(data));
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill("SIGINT");
    killer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  };
  if (cancelled.aborted) stop();
  else cancelled.addEventListener("abort", stop, { once: true });
  return await new Promise((resolve) => {
    child.on("error", (error) => {
      resolve({ error: `could not start node: ${error.message}`, bail: false });
    });
    // "close", not "exit": by then all of the program's output has been copied.
    child.on("close", (code, signal) => {
      clearTimeout(killer);
      cancelled.removeEventListener("abort", stop);
      resolve(resultOf(code, signal));
    });
  });
}

function resultOf(code: number | null, signal: NodeJS.Signals | null): ProgramResult {
  if (code === 0) return { error: "", bail: false };
  if (code === TOLD_THE_USER) return { error: "", bail: true };
  const how = code === null ? `was ended by ${signal}` : `exited with non-zero exit code: ${code}`;
  return { error: `Program ${how}`, bail: false };
}

function locateRunner(programDirectory: string): { runner: string } | { error: string } {
  try {
    const require = createRequire(join(programDirectory, "package.json"));
    return { runner: require.resolve("@pulumi/pulumi/cmd/run") };
  } catch {
    const error = `@pulumi/pulumi is not installed in ${programDirectory}; type: npm ci`;
    return { error };
  }
}

function textOption(options: ProgramRequest["options"], name: string): string {
  const value = options[name];
  return typeof value === "string" ? value : "";
}
