/**
 * Milliseconds since the epoch, from a monotonic clock with microsecond resolution: a step of the
 * wall clock during a run neither stretches nor hides a gap. Whoever compares an event of their own
 * with a report takes its time from here.
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
