import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import type { Store, Stored } from "./store.ts";

/** Old versions that stay for readers that have just listed them. */
const KEPT = 3;

/**
 * A folder. Each version of a text is a separate file, `name.000000000012`, which is linked into place: of
 * several writers of the same version only one succeeds. This needs no lock that a killed process could
 * leave behind.
 */
export class FileStore implements Store {
  readonly place: string;

  constructor(folder: string) {
    this.place = folder;
  }

  async read(name: string): Promise<Stored | undefined> {
    for (;;) {
      const latest = (await this.#versions(name)).at(-1);
      if (latest === undefined) return undefined;
      const text = await readFile(this.#file(name, latest), "utf8").catch(ignoreMissing);
      // A file that has vanished was replaced by newer ones.
      if (text !== undefined) return { text, version: String(latest) };
    }
  }

  async write(name: string, text: string, version?: string): Promise<string | undefined> {
    try {
      return await this.#write(name, text, version);
    } catch (error) {
      throw new UserError(
        `${this.place}, which stores the releases, can't be written: ${(error as Error).message}. ` +
          "Free some space there or correct its permissions.",
      );
    }
  }

  async #write(name: string, text: string, version?: string): Promise<string | undefined> {
    const next = Number(version ?? 0) + 1;
    const versions = await this.#versions(name);
    if ((versions.at(-1) ?? 0) !== next - 1) return undefined;
    await mkdir(dirname(this.#file(name, next)), { recursive: true, mode: 0o700 });
    if (!(await this.#make(name, next, text))) return undefined;
    const old = versions.slice(0, -KEPT);
    await Promise.all(old.map((at) => rm(this.#file(name, at), { force: true })));
    return String(next);
  }

  async list(prefix: string): Promise<readonly string[]> {
    const folder = dirname(join(this.place, `${prefix}x`));
    const begin = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const files = await readdir(folder).catch(() => []);
    const names = files.flatMap((file) => /^([^.].*)\.\d{12}$/.exec(file)?.[1] ?? []);
    return [...new Set(names.map((name) => begin + name))]
      .filter((name) => name.startsWith(prefix))
      .sort();
  }

  /** On the disk before it gets its name: a killed process leaves no partial text. */
  async #make(name: string, version: number, text: string): Promise<boolean> {
    const file = this.#file(name, version);
    const draft = join(dirname(file), `.${randomBytes(6).toString("hex")}`);
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
      await handle.close();
      await link(draft, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #versions(name: string): Promise<number[]> {
    const file = join(this.place, name);
    const base = `${file.slice(dirname(file).length + 1)}.`;
    const files = await readdir(dirname(file)).catch(() => []);
    return files
      .filter((one) => one.startsWith(base) && /^\d{12}$/.test(one.slice(base.length)))
      .map((one) => Number(one.slice(base.length)))
      .sort((a, b) => a - b);
  }

  #file(name: string, version: number): string {
    return join(this.place, `${name}.${String(version).padStart(12, "0")}`);
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
