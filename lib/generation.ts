/**
 * A generation names an `up` and orders it: a step of a killed `up` stops once a later one has recorded its own.
 * The clocks of two machines need not agree, so each is later than all that it has seen recorded.
 */

/** @param now Milliseconds since 1970. */
export function later(now: number, recorded: number | undefined): number {
  return Math.max(now, (recorded ?? 0) + 1);
}

/** As text, which sorts by time. Other texts, such as that of a route set by hand, are not compared. */
export function laterGeneration(now: number, recorded: readonly (string | undefined)[]): string {
  const times = recorded.map((text) => (text === undefined ? NaN : Date.parse(text)));
  const known = times.filter((time) => !Number.isNaN(time));
  return new Date(later(now, known.length > 0 ? Math.max(...known) : undefined)).toISOString();
}
