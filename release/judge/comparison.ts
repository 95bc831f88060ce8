import { betsAlone, betsBeside, betsOnDraws } from "./bets.ts";
import type { Block } from "./blocks.ts";
import { Evidence } from "./evidence.ts";
import { lowerBound, upperBound } from "./rateBounds.ts";

/** Odds ratios that are bet on, from twice to a hundred times as often. */
export const MORE_OFTEN: readonly number[] = [2, 4, 10, 30, 100];
export const LESS_OFTEN: readonly number[] = MORE_OFTEN.map((ratio) => 1 / ratio);

/** Share of the level for the bound of the other color's rate, which is needed when it takes no traffic. */
const FOR_THE_BOUND = 0.15;

export interface ComparisonOptions {
  /** The probability of a false proof, at any time. */
  readonly level: number;
  /** `MORE_OFTEN` to prove that the candidate fails more often, `LESS_OFTEN` for the opposite. */
  readonly oddsRatios: readonly number[];
  /**
   * If only the candidate takes traffic, its rate is compared with this multiple of the upper bound of the
   * other color's earlier rate, since rates change over time anyway. Default 1.
   */
  readonly timeMayDiffer?: number;
  /** Keeps no more evidence than about seven times the proof. Default: all of it. */
  readonly isForgetful?: boolean;
}

/**
 * Collects proof that a candidate fails more often (or less often) than the other color: block by block
 * while both take traffic; against the other color's earlier answers if the candidate takes all of it.
 */
export class Comparison {
  readonly #options: ComparisonOptions;
  readonly #evidence: Evidence;
  /** ln of the capital that is a proof. */
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

  add({ candidate, other, before, firsts }: Block): void {
    const { oddsRatios } = this.#options;
    const isBeside = other.requests > 0;
    // Without a failure both are equally good: no bet is made.
    if (isBeside && (firsts?.length ?? candidate.failures + other.failures) === 0) return;
    this.#evidence.add(
      isBeside
        ? firsts
          ? betsOnDraws(firsts, oddsRatios)
          : betsBeside(candidate, other, oddsRatios)
        : betsAlone(candidate, this.#rateBefore(before), oddsRatios),
    );
  }

  #rateBefore(before: Block["before"]): number {
    const { oddsRatios, level, timeMayDiffer = 1 } = this.#options;
    const bound = oddsRatios[0]! > 1 ? upperBound : lowerBound;
    return Math.min(1, bound(before, level * FOR_THE_BOUND) * timeMayDiffer);
  }
}
