/** In place of a secret. */
export const MASK = "[secret]";

/** A shorter text is found as a word alone, and not masked: it would hide parts of ordinary words. */
const SHORTEST = 6;

/** The texts that the config marks as secret, and how to keep them. */
export class Secrets {
  /** The longest first: one may contain another. */
  readonly #texts: readonly string[];

  constructor(texts: Iterable<string>) {
    const all = [...new Set(texts)].filter((text) => text !== "");
    this.#texts = all.sort((a, b) => b.length - a.length);
  }

  get isEmpty(): boolean {
    return this.#texts.length === 0;
  }

  /** Whether a value has one of them anywhere, also within quotes of a script or of JSON. */
  isIn(value: unknown): boolean {
    if (typeof value === "string") {
      const text = unquoted(value);
      return this.#texts.some((secret) => hasSecret(text, unquoted(secret)));
    }
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(([name, inner]) => this.isIn(name) || this.isIn(inner));
  }

  /** The same value without any of them that is long enough, for people. */
  mask<T>(value: T): T {
    if (this.isEmpty) return value;
    if (typeof value === "string") return this.#maskText(value) as T;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((inner: unknown) => this.mask(inner)) as T;
    const entries = Object.entries(value).map(([name, inner]) => [
      this.#maskText(name),
      this.mask(inner as unknown),
    ]);
    return Object.fromEntries(entries) as T;
  }

  #maskText(text: string): string {
    return this.#texts
      .filter(({ length }) => length >= SHORTEST)
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
      .reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  }
}

export const NO_SECRETS = new Secrets([]);

function hasSecret(text: string, secret: string): boolean {
  if (secret.length >= SHORTEST) return text.includes(secret);
  return text.split(/[^\p{L}\p{N}_-]+/u).includes(secret) || text === secret;
}

/** Shells and JSON write quotes and backslashes in several ways. */
function unquoted(text: string): string {
  return text.replace(/['"\\]/g, "");
}
