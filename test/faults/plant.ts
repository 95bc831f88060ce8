import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What is compiled, and what the compiled program reads. */
const COPIED = [
  ...["api", "components", "lib", "programs", "release", "scripts", "settings", "stacks"],
  ...[
    "dev/package",
    "dev/setup",
    "load",
    "index.ts",
    "settings.ts",
    "package.json",
    "tsconfig.json",
  ],
];

/** A text of a source file in place of another one. */
export interface Replacement {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The program with a bug in it, compiled in a copy of this checkout. */
export class PlantedProgram {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error if a file does not have the text exactly once. */
  static async make(name: string, bug: readonly Replacement[]): Promise<PlantedProgram> {
    // Inside the checkout, where it finds the packages.
    const folder = join(ROOT, "node_modules", ".cache", `planted-${process.pid}-${name}`);
    const planted = new PlantedProgram(folder);
    try {
      await planted.#compile(bug);
      return planted;
    } catch (error) {
      await planted.remove();
      throw error;
    }
  }

  /** For `makeCompiledWorkspace`. */
  get code(): string {
    return join(this.#folder, "dist");
  }

  async #compile(bug: readonly Replacement[]): Promise<void> {
    const folder = this.#folder;
    await mkdir(folder, { recursive: true });
    for (const part of COPIED) await cp(join(ROOT, part), join(folder, part), { recursive: true });
    for (const replacement of bug) await plantIn(folder, replacement);
    const compile = `import { bundle } from "${folder}/dev/package/bundle.mjs"; await bundle("${folder}/dist");`;
    await execa(process.execPath, ["--input-type=module", "--eval", compile], { cwd: folder });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Replaces one text. @throws Error if the file does not have it exactly once. */
export async function plantIn(folder: string, { file, from, to }: Replacement): Promise<void> {
  const path = join(folder, file);
  const parts = (await readFile(path, "utf8")).split(from);
  if (parts.length !== 2) {
    throw new Error(`${file} has this ${parts.length - 1} times, so no bug is planted:\n${from}`);
  }
  await writeFile(path, parts.join(to));
}
