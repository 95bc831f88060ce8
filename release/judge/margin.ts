import { type Block, NOTHING, plus, type Tally } from "./blocks.ts";
import { Evidence } from "./evidence.ts";
import { marginBetAlone, marginBetBeside } from "./bets.ts";
import { lowerBound } from "./rateBounds.ts";

/** Share of the level for the bound of the other color's rate, which is needed when it takes no traffic. */
const FOR_THE_BOUND = 0.15;

/** The assumption about rates before the first request: one failure in 500, with the weight of 50 requests. */
const PRIOR: Tally = { requests: 50, failures: 0.1 };

/** Margins that are tried, as shares of all requests, to bound how much worse a candidate is. */
const LADDER: readonly number[] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

interface Rung {
  readonly margin: number;
  readonly evidence: Evidence;
}

/**
 * Collects proof that a candidate's failure rate exceeds the other color's by no more than a margin
 * (non-inferiority). For each margin of a ladder, bets are made against "it is higher by at least that
 * much"; the lowest margin that is disproven, along with all above it, is the bound.
 */
export class Margin {
  readonly #level: number;
  readonly #needed: number;
  readonly #rungs: readonly Rung[];
  #candidate = PRIOR;
  #other = PRIOR;

  /** @param margin The margin of interest, a share; it is added to the ladder. */
  constructor(level: number, margin: number) {
    this.#level = level;
    this.#needed = -Math.log(level * (1 - FOR_THE_BOUND));
    this.#rungs = [...new Set([...LADDER, margin])]
      .sort((a, b) => a - b)
      // Capped: a good hour must not outweigh failures now.
      .map((rung) => ({ margin: rung, evidence: new Evidence(1, this.#needed + 2) }));
  }

  /**
   * The candidate's rate is higher by at most this; 1 as long as nothing is known. A rung counts only
   * with all above it, so that the chances of a false proof do not add up.
   */
  get bound(): number {
    const open = this.#rungs.findLastIndex(({ evidence }) => evidence.log < this.#needed);
    return this.#rungs[open + 1]?.margin ?? 1;
  }

  add(block: Block): void {
    const { candidate, other, before } = block;
    const isBeside = other.requests > 0;
    const least = isBeside ? 0 : lowerBound(before, this.#level * FOR_THE_BOUND);
    const [likely, likelyOther] = [this.#likely(), rate(this.#other)];
    for (const { margin, evidence } of this.#rungs) {
      const logReturn = isBeside
        ? marginBetBeside(block, { candidate: likely, other: likelyOther }, margin)
        : marginBetAlone(candidate, likely, least + margin);
      evidence.add([logReturn]);
    }
    this.#candidate = plus(this.#candidate, candidate);
    this.#other = plus(this.#other, isBeside ? other : NOTHING);
  }

  /** The candidate's rate so far, mixed with the other color's while it has few requests. */
  #likely(): number {
    const other = rate(this.#other);
    const weight = 200;
    const { requests, failures } = this.#candidate;
    return (failures + weight * other) / (requests + weight);
  }
}

function rate({ requests, failures }: Tally): number {
  return failures / requests;
}
