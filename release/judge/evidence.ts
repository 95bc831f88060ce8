import { logAdd, logSum } from "./logMath.ts";

/** The share of the stake that is bet from the first block on; the rest is held back for a later change. */
const FROM_THE_START = 0.6;

/** After this many bets, half of the rest has been bet. */
const HALF_OF_THE_REST = 100;

/**
 * Evidence against a hypothesis, as the capital of a bettor against it: one at the start, multiplied by
 * the return of each bet. If the hypothesis is true, no betting strategy makes a profit on average, so
 * the probability that the capital ever reaches 1/level, however often it is checked, is at most level
 * (Ville 1939). This is an e-process; on tests built from these see Ramdas, Grünwald, Vovk and Shafer
 * 2023, "Game-theoretic statistics and safe anytime-valid inference".
 *
 * The stake is spread evenly over several alternatives, since it is unknown how bad a release is
 * (Robbins 1970, "Statistical methods related to the law of the iterated logarithm"), and over starting
 * points, since a release may be good at first: if all of it were bet at the start, every good minute
 * would have to be won back (a mixture over change points, as in Shin, Ramdas and Rinaldo 2023,
 * "E-detectors"). Both are averages of e-processes, and thus e-processes.
 */
export class Evidence {
  readonly #alternatives: number;
  readonly #cap: number;
  /** ln of the capital of each alternative, over all starting points. */
  readonly #logCapital: Float64Array;
  #bets = 0;

  /**
   * @param cap ln of the maximum that is kept. Discarding a profit gives the bettor no advantage, and
   * evidence from an hour ago can't outweigh the present.
   */
  constructor(alternatives: number, cap = Infinity) {
    this.#alternatives = alternatives;
    this.#cap = cap;
    this.#logCapital = new Float64Array(alternatives).fill(Math.log(FROM_THE_START / alternatives));
  }

  /** @param logReturns ln of the return of a bet on each alternative; on average at most 1. */
  add(logReturns: ArrayLike<number>): void {
    const begins = Math.log((heldBack(this.#bets) - heldBack(this.#bets + 1)) / this.#alternatives);
    this.#bets += 1;
    for (let i = 0; i < this.#alternatives; i++) {
      this.#logCapital[i] = logAdd(this.#logCapital[i]!, begins) + logReturns[i]!;
    }
    const excess = this.log - this.#cap;
    if (excess > 0) this.#lose(excess);
  }

  /** ln of the capital. */
  get log(): number {
    return logAdd(logSum(this.#logCapital), Math.log(heldBack(this.#bets)));
  }

  #lose(excess: number): void {
    for (let i = 0; i < this.#alternatives; i++) this.#logCapital[i]! -= excess;
  }
}

/** The share that is not bet yet, after a number of bets. */
function heldBack(bets: number): number {
  return ((1 - FROM_THE_START) * HALF_OF_THE_REST) / (HALF_OF_THE_REST + bets);
}
