import { logAdd, logSum } from "./logMath.ts";

/** The share of the stake that is bet from the first block on; the rest waits for a later change. */
const FROM_THE_START = 0.6;

/** After so many bets, half of what waited has been put in. */
const HALF_OF_THE_REST = 100;

/**
 * Evidence against a hypothesis, as the capital of somebody who bets against it: one at the start, and
 * multiplied by what each bet returns. If the hypothesis is true no way of betting makes a profit on
 * average, so that the probability that the capital ever reaches 1/level, in a whole lifetime and
 * however often one looks, is at most level (Ville 1939). This is an e-process; for tests built so see
 * Ramdas, Grünwald, Vovk and Shafer 2023, "Game-theoretic statistics and safe anytime-valid inference".
 *
 * The stake is spread evenly over several alternatives, since nobody knows how bad a release is
 * (Robbins 1970, "Statistical methods related to the law of the iterated logarithm"), and over moments
 * at which each begins, since a release may be good at first: with all of it bet at once, every good
 * minute would have to be won back (a mixture over change points, as in Shin, Ramdas and Rinaldo 2023,
 * "E-detectors"). Both are averages of e-processes, and so one.
 */
export class Evidence {
  readonly #alternatives: number;
  readonly #cap: number;
  /** ln of the capital of each alternative, over all beginnings. */
  readonly #logCapital: Float64Array;
  #bets = 0;

  /**
   * @param cap ln of the most that is kept. A profit that is thrown away is no advantage for the
   * bettor, and what was shown an hour ago can't outweigh the present.
   */
  constructor(alternatives: number, cap = Infinity) {
    this.#alternatives = alternatives;
    this.#cap = cap;
    this.#logCapital = new Float64Array(alternatives).fill(Math.log(FROM_THE_START / alternatives));
  }

  /** @param logReturns ln of what a bet on each alternative returns; 1 on average at most. */
  add(logReturns: ArrayLike<number>): void {
    const begins = Math.log((waiting(this.#bets) - waiting(this.#bets + 1)) / this.#alternatives);
    this.#bets += 1;
    for (let i = 0; i < this.#alternatives; i++) {
      this.#logCapital[i] = logAdd(this.#logCapital[i]!, begins) + logReturns[i]!;
    }
    const excess = this.log - this.#cap;
    if (excess > 0) this.#lose(excess);
  }

  /** ln of the capital. */
  get log(): number {
    return logAdd(logSum(this.#logCapital), Math.log(waiting(this.#bets)));
  }

  #lose(excess: number): void {
    for (let i = 0; i < this.#alternatives; i++) this.#logCapital[i]! -= excess;
  }
}

/** What is not bet yet, after a number of bets. */
function waiting(bets: number): number {
  return ((1 - FROM_THE_START) * HALF_OF_THE_REST) / (HALF_OF_THE_REST + bets);
}
