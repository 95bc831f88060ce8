/** Ratio of a bucket's ends: how exact a quantile is. */
const STEP = Math.log(1.02);

/** Seconds: shorter times are not told from each other, longer ones neither. */
const SHORTEST = 1e-5;
const LONGEST = 1e4;
const BUCKETS = Math.ceil(Math.log(LONGEST / SHORTEST) / STEP) + 1;

/** A memory of about so many values; older ones fade. */
const MOST = 20_000;

/** Times in buckets of two percent, so that memory stays small however many there are. */
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
    if (this.#total > MOST) this.#fade();
  }

  /** Seconds that this share of the values does not exceed; NaN where there is none. */
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
