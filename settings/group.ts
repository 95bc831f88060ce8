/** A stack's unchecked config. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** A value in a group or list of an unchecked config; undefined if it is neither. */
export function valueIn(group: unknown, name: string | number): unknown {
  return typeof group === "object" && group !== null
    ? (group as Record<string | number, unknown>)[name]
    : undefined;
}

/** NaN if there is none. */
export function numberIn(group: unknown, name: string): number {
  return Number(valueIn(group, name));
}
