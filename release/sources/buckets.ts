import type { Series } from "./prometheusApi.ts";

/** A histogram of Prometheus: upper end in seconds (`le`) to the number of requests that took no longer. */
export type Buckets = ReadonlyMap<number, number>;

/** The most durations in one measurement. More would not improve a verdict. */
const MAX_TIMES = 500;

export function bucketsOf(series: readonly Series[]): Buckets {
  const ends = series.map(({ labels, value }): [number, number] => {
    const end = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    if (Number.isNaN(end) || Number.isNaN(value)) {
      throw new Error(
        `release.prometheus.latency must give a histogram's buckets, with a label le, got the labels ` +
          `${JSON.stringify(labels)}. For example: sum by (le) (NAME_bucket{color="{{color}}"})`,
      );
    }
    return [end, value];
  });
  return new Map(ends.sort(([a], [b]) => a - b));
}

/**
 * The durations that were added in between, each as its bucket's upper end, and beyond the last end as
 * twice that. Both colors are rounded alike; a difference within one bucket is invisible.
 */
export function timesBetween(earlier: Buckets, later: Buckets): number[] {
  const counts = [...later].map(([end, total]) => Math.max(0, total - (earlier.get(end) ?? 0)));
  const ends = [...later.keys()];
  const own = counts.map((count, at) => Math.max(0, count - (counts[at - 1] ?? 0)));
  const all = own.reduce((sum, count) => sum + count, 0);
  const share = Math.min(1, MAX_TIMES / all);
  const last = ends.findLast(Number.isFinite) ?? NaN;
  return own.flatMap((count, at) => {
    const end = ends[at]!;
    const time = Number.isFinite(end) ? end : 2 * last;
    return Array.from({ length: Math.round(count * share) }, () => time);
  });
}
