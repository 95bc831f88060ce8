import type { ColorSample } from "./types.ts";

/** How many were asked, and how many of them failed (or took longer than some time). */
export type Tally = Pick<ColorSample, "requests" | "failures">;

export const NOTHING: Tally = { requests: 0, failures: 0 };

/** What is judged at once. */
export interface Block {
  readonly candidate: Tally;
  /** At the same time; nothing where the other color takes no traffic, but for some strays. */
  readonly other: Tally;
  /** All that the other color answered before this block. */
  readonly before: Tally;
}

/** So many requests in a row without one to the other color mean that it takes no traffic. */
const ALONE = 10;

/** Below this share of the candidate's requests, the other color's are strays that compare nothing. */
const STRAYS = 1 / 10;

/** The other color's requests are kept for a candidate that is asked rarely, but not for ever. */
const OTHER_ALONE = 200;

/**
 * Puts measurements together until both colors have been asked in the same stretch, so that each
 * comparison is one of the same seconds: what happens to both colors (a database that stumbles, a
 * burst of bad requests, a weight that changes) is no difference between them.
 *
 * When a block ends depends on numbers of requests alone, never on how they ended; were it otherwise,
 * the comparison of a block would be biased.
 */
export class Blocks {
  #candidate = NOTHING;
  #other = NOTHING;
  #before = NOTHING;

  /** The block that ends with this measurement, if one does. */
  add(candidate: Tally, other: Tally): Block | undefined {
    this.#candidate = plus(this.#candidate, candidate);
    this.#other = plus(this.#other, other);
    const isEnded =
      this.#other.requests > 0 ? this.#candidate.requests > 0 : this.#candidate.requests >= ALONE;
    if (isEnded) return this.#end();
    if (this.#other.requests >= OTHER_ALONE) this.#end();
    return undefined;
  }

  /** All that the other color answered. */
  get before(): Tally {
    return plus(this.#before, this.#other);
  }

  #end(): Block {
    const block = {
      candidate: this.#candidate,
      other: isBeside(this.#candidate, this.#other) ? this.#other : NOTHING,
      before: this.#before,
    };
    this.#before = plus(this.#before, this.#other);
    this.#candidate = NOTHING;
    this.#other = NOTHING;
    return block;
  }
}

/** Whether the other color was asked enough to compare with. */
export function isBeside(candidate: Tally, other: Tally): boolean {
  return other.requests > 0 && other.requests >= candidate.requests * STRAYS;
}

export function plus(a: Tally, b: Tally): Tally {
  return { requests: a.requests + b.requests, failures: a.failures + b.failures };
}
