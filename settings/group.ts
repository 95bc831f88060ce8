/** A stack's config that is not checked yet. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** What a group or list of an unchecked config has under a name; undefined where it is neither. */
export function valueIn(group: unknown, name: string | number): unknown {
  return typeof group === "object" && group !== null
    ? (group as Record<string | number, unknown>)[name]
    : undefined;
}

/** NaN where there is none. */
export function numberIn(group: unknown, name: string): number {
  return Number(valueIn(group, name));
}
