import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Longer than the shutdown of a machine may take. */
const DEADLINE_MS = 120_000;

/** Runs a docker command; its output without the last newline. @throws Error with what it said */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("docker", args, { timeout: DEADLINE_MS });
  return stdout.trimEnd();
}

/** The same with something on its standard input. */
export async function dockerWithInput(input: string, ...args: readonly string[]): Promise<string> {
  const running = run("docker", args, { timeout: DEADLINE_MS });
  running.child.stdin?.end(input);
  const { stdout } = await running;
  return stdout.trimEnd();
}

/** With their volumes; what is gone already is no error. */
export async function removeContainers(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await docker("rm", "--force", "--volumes", name).catch((error: unknown) => {
      if (!/No such container|is already in progress/.test(String(error))) throw error;
    });
  }
}
