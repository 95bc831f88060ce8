/** Ratio of a bucket's ends: how exact a quantile is. */
const STEP = Math.log(1.02);

/** The shortest time that is told from others, in seconds. */
const SHORTEST = 1e-5;

/** A memory of about so many values; older ones fade. */
const MOST = 20_000;

/** Times in buckets of two percent, so that memory stays small however many there are. */
export class Histogram {
  readonly #counts: number[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(seconds: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log(seconds / SHORTEST) / STEP));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (this.#total > MOST) this.#fade();
  }

  /** Seconds that this share of the values does not exceed; NaN where there is none. */
  quantile(share: number): number {
    const wanted = share * this.#total;
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count ?? 0;
      if (seen > 0 && seen >= wanted) return SHORTEST * Math.exp(bucket * STEP);
    }
    return NaN;
  }

  #fade(): void {
    this.#total = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      this.#counts[bucket] = (count ?? 0) / 2;
      this.#total += (count ?? 0) / 2;
    }
  }
}
