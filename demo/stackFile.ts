import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../lib/userError.ts";
import type { ConfigValue, Pulumi } from "./pulumi.ts";
import { PROJECT } from "./whatRuns.ts";

interface Change {
  /** The user's value; null if there was none. */
  original: ConfigValue | null;
  /** All values that the demo set; null for an absent one. Any other value is the user's. */
  readonly set: (ConfigValue | null)[];
}

interface DemoRecord {
  readonly hadFile: boolean;
  readonly hadSalt: boolean;
  readonly changes: Record<string, Change>;
}

const SALT = /^encryptionsalt: .*\n?/m;

/**
 * The stack's file, Pulumi.<stack>.yaml. Users may edit it and keep it under version control, so the
 * demo records the values that it set and undoes only those.
 */
export class StackFile {
  readonly #pulumi: Pulumi;
  readonly #record: DemoRecord;

  private constructor(pulumi: Pulumi, record: DemoRecord) {
    this.#pulumi = pulumi;
    this.#record = record;
  }

  /** Call this before creating the stack, which already writes to the file. */
  static async open(pulumi: Pulumi): Promise<StackFile> {
    const record = await read(recordPath(pulumi.stack));
    if (record !== undefined) return new StackFile(pulumi, JSON.parse(record) as DemoRecord);
    const text = await read(stackFilePath(pulumi.stack));
    const hadSalt = text !== undefined && SALT.test(text);
    return new StackFile(pulumi, { hadFile: text !== undefined, hadSalt, changes: {} });
  }

  /** Records the contents before the demo. */
  async save(): Promise<void> {
    await mkdir(".pulumi", { recursive: true });
    await writeFile(recordPath(this.#pulumi.stack), JSON.stringify(this.#record, null, 2));
  }

  /** `pulumi config set`, unless the value is the same; `path` is `green.image` or a plain key. */
  async set(path: string, value: string): Promise<void> {
    const [key = ""] = path.split(".");
    const before = (await this.#pulumi.config())[key];
    const now = path === key ? before?.value : property(before?.objectValue, path);
    if (now !== undefined && String(now) === value) return;
    const option = path === key ? [] : ["--path"];
    await this.#change(key, before, ["config", "set", ...option, path, value]);
  }

  /** `pulumi config rm`, if the key is set. */
  async unset(key: string): Promise<void> {
    const before = (await this.#pulumi.config())[key];
    if (before) await this.#change(key, before, ["config", "rm", key]);
  }

  async #change(key: string, before: ConfigValue | undefined, command: string[]): Promise<void> {
    if (before?.secret) {
      throw new UserError(
        `In the stack ${this.#pulumi.stack}, ${key} holds a secret that the demo would have to change.\n` +
          `Run the demo in another stack: npm run demo -- --stack demo --port 9080 --preview-port 9081`,
      );
    }
    const change = (this.#record.changes[key] ??= { original: before ?? null, set: [] });
    if (!includes(change.set, before ?? null)) change.original = before ?? null;
    await this.save();
    await this.#pulumi.tell(...command);
    change.set.push((await this.#pulumi.config())[key] ?? null);
    await this.save();
  }

  /**
   * Undoes what the demo set. The stack must still exist.
   *
   * @returns the keys that the user has changed since; they stay unchanged.
   */
  async undo(): Promise<string[]> {
    const kept: string[] = [];
    for (const [key, { original, set }] of Object.entries(this.#record.changes)) {
      const now = (await this.#pulumi.config())[key] ?? null;
      if (isDeepStrictEqual(now, original)) continue;
      if (!includes(set, now)) kept.push(key);
      else await this.#restore(key, original);
    }
    return kept;
  }

  async #restore(key: string, original: ConfigValue | null): Promise<void> {
    if (original === null) await this.#pulumi.ask("config", "rm", key);
    else {
      const values = JSON.stringify({ [`${PROJECT}:${key}`]: original });
      await this.#pulumi.ask("config", "set-all", "--json", values);
    }
  }

  /** Removes the rest of the demo from the file and deletes the record. The stack must be gone. */
  async close(): Promise<void> {
    const path = stackFilePath(this.#pulumi.stack);
    const text = await read(path);
    // The user's own secrets need the salt.
    if (text !== undefined && !this.#record.hadSalt && !/^\s+(- )?secure:/m.test(text)) {
      const without = text.replace(SALT, "");
      const isEmpty = /^(config:\s*(\{\s*\})?)?\s*$/.test(without);
      if (isEmpty && !this.#record.hadFile) await rm(path);
      else if (without !== text) await writeFile(path, without);
    }
    await rm(recordPath(this.#pulumi.stack), { force: true });
  }
}

export function stackFilePath(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** In the local state's folder, outside version control. */
function recordPath(stack: string): string {
  return `.pulumi/demo-${stack}.json`;
}

function includes(values: readonly unknown[], value: unknown): boolean {
  return values.some((candidate) => isDeepStrictEqual(candidate, value));
}

function property(object: unknown, path: string) {
  return path
    .split(".")
    .slice(1)
    .reduce((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], object) as
    string | number | undefined;
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
