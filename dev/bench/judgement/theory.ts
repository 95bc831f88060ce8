import { rootOf, timesLog } from "../../../release/judge/logMath.ts";

/** What one observation at the true rate says against another rate, on average, in nats. */
export function divergence(rate: number, against: number): number {
  return timesLog(rate, rate / against) + timesLog(1 - rate, (1 - rate) / (1 - against));
}

/**
 * Requests that Wald's sequential test needs on average to tell a bad rate from a good one, both known
 * beforehand, with a false alarm in `level` of cases at most (Wald 1945; no test needs fewer).
 */
export function waldMean(bad: number, good: number, level: number): number {
  return -Math.log(level) / divergence(bad, good);
}

/**
 * The same for a test that has to learn the good rate from `others` requests to the other color for
 * each one to the candidate: the least favourable pair of equal rates is what has to be excluded.
 */
export function besideMean(bad: number, good: number, others: number, level: number): number {
  const rising = (p: number) => (p - bad + others * (p - good)) / (p * (1 - p));
  const p = rootOf(rising, good, bad);
  return -Math.log(level) / (divergence(bad, p) + others * divergence(good, p));
}
