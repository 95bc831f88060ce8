/** Milliseconds; all NaN when nothing was counted. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Quantiles by nearest rank: each is a time that a request really took. Sorts in place. */
export function latencyOf(durations: Float64Array): Latency {
  const sorted = durations.sort();
  const at = (quantile: number): number => sorted[Math.ceil(quantile * sorted.length) - 1] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
