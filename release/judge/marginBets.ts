import type { Block, Tally } from "./blocks.ts";
import { rootOf, timesLog } from "./logMath.ts";

/** Estimated rates, as shares. */
export interface Rates {
  readonly candidate: number;
  readonly other: number;
}

/**
 * ln of the return of a bet against "the candidate's rate is higher by at least the margin", for a
 * period in which both colors had requests.
 *
 * The alternative is the estimated pair of rates. It is compared with the nearest pair that the hypothesis
 * allows, by Kullback-Leibler divergence. As that set is convex, the likelihood ratio of the two returns
 * on average no more than the stake for every pair in it (Turner and Grünwald 2023, "Exact anytime-valid
 * confidence intervals for contingency tables and beyond"); so rates may differ from period to period.
 */
export function marginBetBeside(
  { candidate, other }: Pick<Block, "candidate" | "other">,
  likely: Rates,
  margin: number,
): number {
  if (likely.candidate >= likely.other + margin) return 0;
  const nearest = nearestOther(candidate.requests, other.requests, likely, margin);
  return (
    logRatio(candidate, likely.candidate, nearest + margin) + logRatio(other, likely.other, nearest)
  );
}

/** The other color's rate in the pair (rate, rate + margin) that is nearest to the estimate. */
function nearestOther(requests: number, others: number, likely: Rates, margin: number): number {
  return rootOf(
    (p) => requests * slope(p + margin, likely.candidate) + others * slope(p, likely.other),
    Math.max(0, likely.candidate - margin),
    Math.min(likely.other, 1 - margin),
  );
}

/** The derivative of the divergence between a rate and p, by p. */
function slope(p: number, rate: number): number {
  return (1 - rate) / (1 - p) - rate / p;
}

/** The same against "the candidate's rate is at least this". */
export function marginBetAlone(candidate: Tally, likely: number, least: number): number {
  return likely >= least || least >= 1 ? 0 : logRatio(candidate, likely, least);
}

/** ln of the likelihood ratio of two rates. */
function logRatio({ requests, failures }: Tally, rate: number, against: number): number {
  const passed = requests - failures;
  return timesLog(failures, rate / against) + timesLog(passed, (1 - rate) / (1 - against));
}
