import { StoreAround } from "./store.ts";

/**
 * Reads back what a store has refused. A write whose answer was lost may have been done: its next try, or the
 * next write, then names an old version. Two writers never write the same text, since theirs names its owner.
 */
export class ReadBackStore extends StoreAround {
  /** By name: texts that the store may have taken without an answer. */
  readonly #unanswered = new Map<string, Set<string>>();

  async write(name: string, text: string, version?: string): Promise<string | undefined> {
    const unanswered = this.#unanswered.get(name) ?? new Set();
    this.#unanswered.set(name, unanswered.add(text));
    const written =
      (await this.store.write(name, text, version)) ??
      (await this.#overOwn(name, text, unanswered));
    this.#unanswered.delete(name);
    return written;
  }

  async #overOwn(
    name: string,
    text: string,
    unanswered: ReadonlySet<string>,
  ): Promise<string | undefined> {
    const stored = await this.store.read(name);
    if (!stored || !unanswered.has(stored.text)) return undefined;
    if (stored.text === text) return stored.version;
    return this.store.write(name, text, stored.version);
  }
}
