import type { ColorSample } from "./types.ts";

/** A number of requests, and how many of them failed (or took longer than some limit). */
export type Tally = Pick<ColorSample, "requests" | "failures">;

export const NOTHING: Tally = { requests: 0, failures: 0 };

/** A draw that failed for the first time. */
export interface FirstFailure {
  readonly isCandidate: boolean;
  /** The candidate's share of all draws at that time, 0 to 1. */
  readonly share: number;
}

/** What is judged in one go. */
export interface Block {
  readonly candidate: Tally;
  /** In the same period; nothing if the other color takes no traffic but a few stray requests. */
  readonly other: Tally;
  /** All answers of the other color before this block. */
  readonly before: Tally;
  /** The draws behind the failures, if they are known. */
  readonly firsts?: readonly FirstFailure[];
}

/** After this many requests in a row the other color is considered to take no traffic. */
const ALONE = 10;

/** Below this share of the candidate's requests, the other color's are stray requests and not compared. */
const STRAYS = 1 / 10;

/** The other color's requests are kept for a candidate with few requests, but not for ever. */
const OTHER_ALONE = 200;

/**
 * Collects measurements until both colors have had requests in the same period, so that each comparison
 * is of the same seconds: what happens to both colors (a slow database, a burst of bad requests, a
 * changed weight) is no difference between them.
 *
 * The end of a block depends only on the number of requests, never on their outcome; otherwise its
 * comparison would be biased.
 */
export class Blocks {
  #candidate = NOTHING;
  #other = NOTHING;
  #before = NOTHING;
  #firsts: FirstFailure[] | undefined;

  /** Answers of the other color from before the release. */
  remember(record: Tally): void {
    this.#before = plus(this.#before, record);
  }

  /** The block that ends with this measurement, if one does. */
  add(candidate: Tally, other: Tally, firsts?: readonly FirstFailure[]): Block | undefined {
    this.#candidate = plus(this.#candidate, candidate);
    this.#other = plus(this.#other, other);
    if (firsts) this.#firsts = [...(this.#firsts ?? []), ...firsts];
    const isEnded =
      this.#other.requests > 0 ? this.#candidate.requests > 0 : this.#candidate.requests >= ALONE;
    if (isEnded) return this.#end();
    if (this.#other.requests >= OTHER_ALONE) this.#end();
    return undefined;
  }

  /** All answers of the other color. */
  get before(): Tally {
    return plus(this.#before, this.#other);
  }

  #end(): Block {
    const block = {
      candidate: this.#candidate,
      other: isBeside(this.#candidate, this.#other) ? this.#other : NOTHING,
      before: this.#before,
      ...(this.#firsts && { firsts: this.#firsts }),
    };
    this.#before = plus(this.#before, this.#other);
    this.#candidate = NOTHING;
    this.#other = NOTHING;
    this.#firsts = undefined;
    return block;
  }
}

/** Whether the other color had enough requests to compare with. */
export function isBeside(candidate: Tally, other: Tally): boolean {
  return other.requests > 0 && other.requests >= candidate.requests * STRAYS;
}

export function plus(a: Tally, b: Tally): Tally {
  return { requests: a.requests + b.requests, failures: a.failures + b.failures };
}
