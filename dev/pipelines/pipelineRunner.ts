import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { killWithAll } from "../../test/helpers/interruption.ts";

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Kills the runner with all that it has started, by `kill -9`. */
  readonly kill?: AbortSignal | undefined;
}

export interface Ran {
  readonly code: number;
  /** Standard output and error, as a log has them. */
  readonly output: string;
}

/**
 * Runs the runner of a platform to its end. The folder is its own, for its settings and what it keeps,
 * and is removed then.
 */
export async function runRunner(prepare: (home: string) => Promise<Command>): Promise<Ran> {
  const home = await mkdtemp(join(tmpdir(), "blue-green-runner-"));
  try {
    const { program, words, cwd, environment = {}, kill } = await prepare(home);
    const child = execa(program, words, {
      cwd,
      env: environment,
      all: true,
      reject: false,
      stdin: "ignore",
    });
    kill?.addEventListener("abort", () => void killWithAll(child.pid ?? 0));
    const { exitCode, all } = await child;
    return { code: exitCode ?? -1, output: all };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
