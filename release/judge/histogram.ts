/** ln of the ratio of a bucket's ends: the precision of a quantile. */
const STEP = Math.log(1.02);

/** Seconds. All shorter durations share a bucket, and all longer ones. */
const SHORTEST = 1e-5;
const LONGEST = 1e4;
const BUCKETS = Math.ceil(Math.log(LONGEST / SHORTEST) / STEP) + 1;

/** Remembers about this many values; older ones fade. */
const CAPACITY = 20_000;

/** Durations in buckets of two percent: memory stays small for any number of them. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(seconds: number): void {
    const bucket = Math.ceil(Math.log(seconds / SHORTEST) / STEP);
    this.#counts[Math.min(BUCKETS - 1, Math.max(0, bucket))]! += 1;
    this.#total += 1;
    if (this.#total > CAPACITY) this.#fade();
  }

  /** The seconds that this share of the values does not exceed; NaN if there are none. */
  quantile(share: number): number {
    const wanted = share * this.#total;
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen > 0 && seen >= wanted) return SHORTEST * Math.exp(bucket * STEP);
    }
    return NaN;
  }

  #fade(): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#counts[bucket]! /= 2;
    this.#total /= 2;
  }
}
