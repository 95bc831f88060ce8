import { type Block, NOTHING, plus, type Tally } from "./blocks.ts";
import { Evidence } from "./evidence.ts";
import { rootOf, timesLog } from "./logMath.ts";
import { lowerBound } from "./rateBounds.ts";

/** Of the level, for the bound of the other color's rate, which is needed when it takes no traffic. */
const FOR_THE_BOUND = 0.15;

/** What is thought of rates before anything is known: one failure in 500, as if 50 had been asked. */
const PRIOR: Tally = { requests: 50, failures: 0.1 };

/** Margins that are tried, as shares of all requests, to say how much worse a candidate may be. */
const LADDER: readonly number[] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

interface Rung {
  readonly margin: number;
  readonly evidence: Evidence;
}

/**
 * Collects proof that a candidate's rate of failures is not higher than the other color's by more than
 * a margin (non-inferiority). For each margin of a ladder bets are made against "it is higher by that
 * much at least"; the smallest margin whose bets have won is the bound.
 *
 * For a stretch with requests to both colors, a bet takes what the rates seem to be so far as the
 * alternative, and from the rates that the hypothesis allows those that are nearest to it in the sense
 * of Kullback and Leibler. As that set is convex, the likelihood ratio of the two returns no more than
 * its stake for every pair in it (Turner and Grünwald 2023, "Exact anytime-valid confidence intervals
 * for contingency tables and beyond"); the rates may differ from stretch to stretch.
 */
export class Margin {
  readonly #level: number;
  readonly #needed: number;
  readonly #rungs: readonly Rung[];
  #candidate = PRIOR;
  #other = PRIOR;

  /** @param margin The one of interest, a share; it is part of the ladder. */
  constructor(level: number, margin: number) {
    this.#level = level;
    this.#needed = -Math.log(level * (1 - FOR_THE_BOUND));
    this.#rungs = [...new Set([...LADDER, margin])]
      .sort((a, b) => a - b)
      // Capped, so that a good hour does not speak for a candidate that fails now.
      .map((rung) => ({ margin: rung, evidence: new Evidence(1, this.#needed + 2) }));
  }

  /** The candidate's rate is higher by this at most; 1 as long as nothing is known. */
  get bound(): number {
    const isProven = ({ evidence }: Rung) => evidence.log >= this.#needed;
    return this.#rungs.find(isProven)?.margin ?? 1;
  }

  add(block: Block): void {
    const { candidate, other, before } = block;
    const isBeside = other.requests > 0;
    const least = isBeside ? 0 : lowerBound(before, this.#level * FOR_THE_BOUND);
    const [likely, likelyOther] = [this.#likely(), rate(this.#other)];
    for (const { margin, evidence } of this.#rungs) {
      const logReturn = isBeside
        ? betBeside(block, { candidate: likely, other: likelyOther }, margin)
        : betAlone(candidate, likely, least + margin);
      evidence.add([logReturn]);
    }
    this.#candidate = plus(this.#candidate, candidate);
    this.#other = plus(this.#other, isBeside ? other : NOTHING);
  }

  /** The candidate's rate so far; as long as it was asked little, the other color's counts too. */
  #likely(): number {
    const other = rate(this.#other);
    const weight = 200;
    const { requests, failures } = this.#candidate;
    return (failures + weight * other) / (requests + weight);
  }
}

interface Rates {
  readonly candidate: number;
  readonly other: number;
}

/** ln of the return of a bet against "the candidate's rate is higher by the margin at least". */
function betBeside({ candidate, other }: Block, likely: Rates, margin: number): number {
  if (likely.candidate >= likely.other + margin) return 0;
  const nearest = nearestOther(candidate.requests, other.requests, likely, margin);
  return (
    logRatio(candidate, likely.candidate, nearest + margin) + logRatio(other, likely.other, nearest)
  );
}

/** The other color's rate in the pair (rate, rate + margin) that is nearest to the likely one. */
function nearestOther(requests: number, others: number, likely: Rates, margin: number): number {
  return rootOf(
    (p) => requests * slope(p + margin, likely.candidate) + others * slope(p, likely.other),
    Math.max(0, likely.candidate - margin),
    Math.min(likely.other, 1 - margin),
  );
}

/** Of the divergence between a rate and p, as p grows. */
function slope(p: number, rate: number): number {
  return (1 - rate) / (1 - p) - rate / p;
}

/** The same against "the candidate's rate is this at least". */
function betAlone(candidate: Tally, likely: number, least: number): number {
  return likely >= least || least >= 1 ? 0 : logRatio(candidate, likely, least);
}

/** ln of the likelihood ratio of two rates. */
function logRatio({ requests, failures }: Tally, rate: number, against: number): number {
  const passed = requests - failures;
  return timesLog(failures, rate / against) + timesLog(passed, (1 - rate) / (1 - against));
}

function rate({ requests, failures }: Tally): number {
  return failures / requests;
}
