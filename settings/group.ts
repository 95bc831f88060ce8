/** What a group of a config that is not checked yet has under a name; undefined where it is no group. */
export function valueIn(group: unknown, name: string): unknown {
  return typeof group === "object" && group !== null
    ? (group as Record<string, unknown>)[name]
    : undefined;
}

/** NaN where there is none. */
export function numberIn(group: unknown, name: string): number {
  return Number(valueIn(group, name));
}
