/**
 * Milliseconds since the epoch, from a monotonic clock with microsecond resolution: a step of the
 * wall clock during a run neither stretches nor hides a gap. To compare other events with a report,
 * take their times from here.
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
