import type { UpdateSummary } from "@pulumi/pulumi/automation/index.js";

type Entry = Pick<UpdateSummary, "kind" | "result" | "startTime" | "config">;

/** When an update has begun, which names it: versions are not counted if the state is a folder or a bucket. */
export function startOf({ startTime }: Pick<UpdateSummary, "startTime">): string {
  return new Date(startTime).toISOString();
}

/** A stack's own history. */
export class Updates {
  readonly #prefix: string;
  readonly #entries: readonly Entry[];

  /** @param entries Newest first. */
  constructor(project: string, entries: readonly Entry[]) {
    this.#prefix = `${project}:`;
    this.#entries = entries;
  }

  /** The project's config in the last `pulumi up` that succeeded; undefined before the first. */
  lastConfig(): Readonly<Record<string, unknown>> | undefined {
    const last = this.#entries.find(
      ({ kind, result }) => kind === "update" && result === "succeeded",
    );
    if (!last) return undefined;
    const own = Object.entries(last.config).filter(([key]) => key.startsWith(this.#prefix));
    return Object.fromEntries(
      own.map(([key, { value }]) => [key.slice(this.#prefix.length), parsed(value)]),
    );
  }

  /**
   * The values that a key has had in each update after one of them, failed ones too.
   *
   * @param start Its `startOf`. If there is no such update, all count.
   */
  valuesSince(start: string | undefined, key: string): readonly unknown[] {
    const at = this.#entries.findIndex((entry) => startOf(entry) === start);
    return this.#entries
      .slice(0, at < 0 ? this.#entries.length : at)
      .filter(({ kind }) => kind === "update")
      .flatMap(({ config }) => config[`${this.#prefix}${key}`]?.value ?? []);
  }
}

/** Of the history or the config, which have structured values as JSON. */
export function parsed(value: string): unknown {
  return /^[{[]/.test(value) ? (JSON.parse(value) as unknown) : value;
}
