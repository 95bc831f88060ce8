import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
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
    const { program, words, cwd, environment = {} } = await prepare(home);
    const { exitCode, all } = await execa(program, words, {
      cwd,
      env: environment,
      all: true,
      reject: false,
      stdin: "ignore",
    });
    return { code: exitCode ?? -1, output: all };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
