import { Blocks, type Tally } from "./blocks.ts";
import { Comparison, LESS_OFTEN, MORE_OFTEN } from "./comparison.ts";
import type { Histogram } from "./histogram.ts";

export const QUANTILES = [0.5, 0.95, 0.99] as const;
export type Quantile = (typeof QUANTILES)[number];

/** A quantile is compared once this many requests of the other color are expected to be above it. */
const ABOVE = 5;

/** Users don't notice a difference of less than this many seconds. */
const UNNOTICED = 0.01;

/** Durations in seconds. */
export interface Times {
  readonly candidate: readonly number[];
  readonly other: readonly number[];
}

export interface LatencyOptions {
  readonly quantile: Quantile;
  /** How many times as long as the other color the candidate may take. */
  readonly maxRatio: number;
  /** The probability of a wrong "slower". */
  readonly slowerLevel: number;
  /** The probability of a wrong "not slower". */
  readonly notSlowerLevel: number;
}

/**
 * Judges whether a quantile of a candidate's latency is above `maxRatio` times that of the other color
 * (and by at least 10 ms).
 *
 * The question is reduced to counts. The limit is `maxRatio` times the other color's quantile before each
 * measurement. Of the requests in the same seconds, those that took longer than the limit are counted,
 * with each duration of the other color stretched by the same ratio. If the candidate's durations are no
 * longer than the stretched ones, these counts differ only by chance, and are compared like failures. So
 * durations need not follow any distribution, nor stay constant during a release, and frequent checks do
 * no harm; a few requests prove nothing either way.
 */
export class Latency {
  readonly #options: LatencyOptions;
  readonly #blocks = new Blocks();
  readonly #allBlocks = new Blocks();
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

  /** "Not slower" has to be proven again. */
  beginStep(): void {
    this.#notSlower = this.#forget();
  }

  /**
   * @param all For the proof that it is not slower.
   * @param firsts Those of them whose draws are timed for the first time, for the proof that it is: one
   * user with a slow account must not fail a release.
   * @param known The other color's durations before these.
   */
  add(all: Times, firsts: Times, known: Histogram): void {
    const { quantile, maxRatio } = this.#options;
    if (known.total * (1 - quantile) < ABOVE) return;
    const limit = known.quantile(quantile);
    const stretched = Math.max(limit * maxRatio, limit + UNNOTICED);
    const slow = ({ candidate, other }: Times) =>
      [above(stretched, candidate), above(limit, other)] as const;
    const slower = this.#blocks.add(...slow(firsts));
    if (slower) this.#slower.add(slower);
    const notSlower = this.#allBlocks.add(...slow(all));
    if (notSlower) this.#notSlower.add(notSlower);
  }

  #forget(): Comparison {
    const { notSlowerLevel: level } = this.#options;
    return new Comparison({ level, oddsRatios: LESS_OFTEN, isForgetful: true });
  }
}

function above(limit: number, times: readonly number[]): Tally {
  return { requests: times.length, failures: times.filter((time) => time > limit).length };
}
