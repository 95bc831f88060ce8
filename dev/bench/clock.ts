/** Milliseconds of a clock that all processes of this machine share, and that is never set. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The moment that another clock has as milliseconds since the epoch. */
export function monotonicAt(epochMs: number): number {
  return epochMs - (Date.now() - monotonic());
}
