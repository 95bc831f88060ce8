import { type Block, Blocks, type Tally } from "./blocks.ts";
import { Comparison, LESS_OFTEN, MORE_OFTEN } from "./comparison.ts";
import type { Histogram } from "./histogram.ts";

export const QUANTILES = [0.5, 0.95, 0.99] as const;
export type Quantile = (typeof QUANTILES)[number];

/** A quantile is compared once so many requests of the other color are expected to be above it. */
const ABOVE = 5;

/** A difference of less than this many seconds is none that a user feels. */
const UNFELT = 0.01;

export interface LatencyOptions {
  readonly quantile: Quantile;
  /** How many times as long as the other color the candidate may take. */
  readonly maxRatio: number;
  /** The probability of calling it slower though it is not. */
  readonly slowerLevel: number;
  /** The probability of calling it not slower though it is. */
  readonly notSlowerLevel: number;
}

/**
 * Judges whether a quantile of the time that a candidate takes is above `maxRatio` times that of the
 * other color (and by 10 ms at least).
 *
 * The question is put as one of counts: the limit is `maxRatio` times the other color's quantile, as
 * it was before each measurement, and of the requests in the same seconds those are counted that took
 * longer than the limit, with each time of the other color stretched by the same ratio. If the
 * candidate's times are no longer than stretched ones, these counts differ by chance alone, and are
 * compared as failures are. So there is no need for times to follow any law, nor to stay the same over
 * a release, and looking often does no harm; few requests prove nothing, one way or the other.
 */
export class Latency {
  readonly #options: LatencyOptions;
  readonly #blocks = new Blocks();
  readonly #slower: Comparison;
  #notSlower: Comparison;

  constructor(options: LatencyOptions) {
    this.#options = options;
    this.#slower = new Comparison({ level: options.slowerLevel, oddsRatios: MORE_OFTEN });
    this.#notSlower = this.#forget();
  }

  get slower(): Comparison {
    return this.#slower;
  }

  get isNotSlower(): boolean {
    return this.#notSlower.isProven;
  }

  /** Whether it is not slower is to be shown anew. */
  beginStep(): void {
    this.#notSlower = this.#forget();
  }

  /** @param known The other color's times before these. */
  add(candidate: readonly number[], other: readonly number[], known: Histogram): void {
    const { quantile, maxRatio } = this.#options;
    if (known.total * (1 - quantile) < ABOVE) return;
    const limit = known.quantile(quantile);
    const stretched = Math.max(limit * maxRatio, limit + UNFELT);
    const block = this.#blocks.add(above(stretched, candidate), above(limit, other));
    if (block) this.#judge(block);
  }

  #judge(block: Block): void {
    this.#slower.add(block);
    this.#notSlower.add(block);
  }

  #forget(): Comparison {
    const { notSlowerLevel: level } = this.#options;
    return new Comparison({ level, oddsRatios: LESS_OFTEN, isForgetful: true });
  }
}

function above(limit: number, times: readonly number[]): Tally {
  return { requests: times.length, failures: times.filter((time) => time > limit).length };
}
