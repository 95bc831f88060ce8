import { betsAlone, betsBeside } from "./bets.ts";
import type { Block } from "./blocks.ts";
import { Evidence } from "./evidence.ts";
import { lowerBound, upperBound } from "./rateBounds.ts";

/** Odds ratios that are bet on: from twice as often to a hundred times. */
export const MORE_OFTEN: readonly number[] = [2, 4, 10, 30, 100];
export const LESS_OFTEN: readonly number[] = MORE_OFTEN.map((ratio) => 1 / ratio);

/** Of the level, for the bound of the other color's rate, which is needed when it takes no traffic. */
const FOR_THE_BOUND = 0.15;

export interface ComparisonOptions {
  /** The probability of a false proof, at any time. */
  readonly level: number;
  /** `MORE_OFTEN`, to prove that the candidate fails more often; `LESS_OFTEN` for the contrary. */
  readonly oddsRatios: readonly number[];
  /**
   * Where the candidate is alone, its rate is compared with this multiple of what the other color's
   * may have been before: another time can differ by itself. Default 1.
   */
  readonly timeMayDiffer?: number;
  /** Keeps no more evidence than about seven times what proves. Default: all. */
  readonly isForgetful?: boolean;
}

/**
 * Collects proof that a candidate fails more often (or less often) than the other color: as long as
 * both take traffic beside it, block by block; where the candidate takes all of it, against what the
 * other color answered before.
 */
export class Comparison {
  readonly #options: ComparisonOptions;
  readonly #evidence: Evidence;
  /** ln of the capital that proves. */
  readonly needed: number;

  constructor(options: ComparisonOptions) {
    this.#options = options;
    this.needed = -Math.log(options.level * (1 - FOR_THE_BOUND));
    const cap = options.isForgetful ? this.needed + 2 : Infinity;
    this.#evidence = new Evidence(options.oddsRatios.length, cap);
  }

  get evidence(): number {
    return this.#evidence.log;
  }

  get isProven(): boolean {
    return this.evidence >= this.needed;
  }

  add({ candidate, other, before }: Block): void {
    const { oddsRatios } = this.#options;
    const isBeside = other.requests > 0;
    // Without a failure both are as good; nothing is bet, and no bet is waited for.
    if (isBeside && candidate.failures + other.failures === 0) return;
    this.#evidence.add(
      isBeside
        ? betsBeside(candidate, other, oddsRatios)
        : betsAlone(candidate, this.#rateBefore(before), oddsRatios),
    );
  }

  #rateBefore(before: Block["before"]): number {
    const { oddsRatios, level, timeMayDiffer = 1 } = this.#options;
    const bound = oddsRatios[0]! > 1 ? upperBound : lowerBound;
    return Math.min(1, bound(before, level * FOR_THE_BOUND) * timeMayDiffer);
  }
}
