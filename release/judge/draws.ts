import type { Color } from "../../lib/color.ts";
import { type FirstFailure, plus, type Tally } from "./blocks.ts";
import type { Drawn } from "./types.ts";

/** Four megabytes. Two draws that share a bit count as one: a loss of evidence, never a false one. */
const BITS = 2 ** 25;

/** Remembers draws in a bounded memory. */
export class SeenDraws {
  #bits: Uint8Array | undefined;

  /** Whether it is seen for the first time. */
  isNew(draw: number): boolean {
    const bits = (this.#bits ??= new Uint8Array(BITS / 8));
    const bit = draw % BITS;
    const at = Math.floor(bit / 8);
    const mask = 1 << (bit % 8);
    if ((bits[at]! & mask) !== 0) return false;
    bits[at]! |= mask;
    return true;
  }
}

/** A period in which a draw counts once. */
export interface Grouped {
  readonly candidate: Tally;
  readonly other: Tally;
  /** The candidate's without requests that wait. */
  readonly ended: Tally;
  readonly firsts: readonly FirstFailure[];
  /** Of the candidate's failures, how many came from draws that had failed before. */
  readonly repeats: number;
  /** Requests of the candidate that wait for too long, and count as failed from now on. */
  readonly hanging: number;
}

/**
 * Counts a draw's first failure only. A user whose script fails a thousand times is one observation: with
 * a draw that is kept, all of these fall on one color, by chance.
 */
export class FailingDraws {
  readonly #candidate: Color;
  readonly #seen = new SeenDraws();

  constructor(candidate: Color) {
    this.#candidate = candidate;
  }

  /**
   * @param ended In the counts.
   * @param open Requests that wait for too long, which are not in the counts yet.
   */
  take(
    counts: { readonly candidate: Tally; readonly other: Tally },
    ended: readonly Drawn[],
    open: readonly Drawn[] = [],
  ): Grouped {
    const repeated = ended.map((answer) => !this.#seen.isNew(answer.draw));
    const repeats = ended.filter((_, at) => repeated[at]);
    const waiting = open.filter(({ draw }) => this.#seen.isNew(draw));
    const firsts = [...ended.filter((_, at) => !repeated[at]), ...waiting];
    const isCandidate = ({ color }: Drawn) => color === this.#candidate;
    const isOther = (drawn: Drawn) => !isCandidate(drawn);
    const less = (counted: Tally, isMine: (drawn: Drawn) => boolean) =>
      more(counted, -Math.min(counted.failures, repeats.filter(isMine).length));
    const over = less(counts.candidate, isCandidate);
    return {
      candidate: more(over, waiting.filter(isCandidate).length),
      other: more(less(counts.other, isOther), waiting.filter(isOther).length),
      ended: over,
      firsts: firsts.map((drawn) => ({
        isCandidate: isCandidate(drawn),
        share: isCandidate(drawn) ? drawn.share : 1 - drawn.share,
      })),
      repeats: repeats.filter(isCandidate).length,
      hanging: waiting.filter(isCandidate).length,
    };
  }
}

function more(counted: Tally, failures: number): Tally {
  return plus(counted, { requests: failures, failures });
}
