import type { Block, FirstFailure, Tally } from "./blocks.ts";
import { logSum, rootOf, timesLog } from "./logMath.ts";

/**
 * ln of what bets on odds ratios (the candidate's odds of failing over the other color's) return
 * against "the candidate fails no more often", for a period in which both colors had requests.
 *
 * Given the total number of failures, the number among them that fell on the candidate is hypergeometric
 * if the color makes no difference, whatever the failure rate and even if it differs from request to
 * request, since the color of each request was chosen at random. The return is the ratio of Fisher's noncentral hypergeometric
 * probability (Fisher 1935, "The logic of inductive inference") to that one. If the candidate is
 * better, its mean is below one. For bets below one, against "no less often", the same holds
 * inversely. See Turner, Ly and Grünwald 2024, "Generic E-variables for exact sequential k-sample
 * tests that allow for optional stopping".
 */
export function betsBeside(
  candidate: Tally,
  other: Tally,
  oddsRatios: readonly number[],
): number[] {
  const failures = candidate.failures + other.failures;
  const least = Math.max(0, failures - other.requests);
  const most = Math.min(failures, candidate.requests);
  if (least === most) return oddsRatios.map(() => 0);
  const logWays = hypergeometric(candidate, other, least, most);
  const logAll = logSum(logWays);
  return oddsRatios.map((ratio) => {
    const logRatio = Math.log(ratio);
    const weighted = logWays.map((logWay, place) => logWay + place * logRatio);
    return (candidate.failures - least) * logRatio - (logSum(weighted) - logAll);
  });
}

/**
 * The same for failures whose draws are known: if the color makes no difference, a draw that fails for the
 * first time belongs to the candidate with the probability that is its share of all draws, however many
 * requests it makes and whatever other draws do.
 */
export function betsOnDraws(
  firsts: readonly FirstFailure[],
  oddsRatios: readonly number[],
): number[] {
  return oddsRatios.map((ratio) =>
    firsts.reduce(
      (sum, { isCandidate, share }) =>
        sum + (isCandidate ? Math.log(ratio) : 0) - Math.log1p(share * (ratio - 1)),
      0,
    ),
  );
}

/** ln of the probabilities that the candidate has `least` to `most` failures, minus a constant. */
function hypergeometric(candidate: Tally, other: Tally, least: number, most: number): Float64Array {
  const failures = candidate.failures + other.failures;
  const logWays = new Float64Array(most - least + 1);
  for (let i = 1; i < logWays.length; i++) {
    const k = least + i - 1;
    const more = (failures - k) * (candidate.requests - k);
    const fewer = (k + 1) * (other.requests - failures + k + 1);
    logWays[i] = logWays[i - 1]! + Math.log(more / fewer);
  }
  return logWays;
}

/**
 * The same if only the candidate had requests, against "its rate is no higher than this" (for bets
 * below one: no lower). Likelihood ratios of Wald 1945, "Sequential tests of statistical hypotheses".
 */
export function betsAlone(
  { requests, failures }: Tally,
  rate: number,
  oddsRatios: readonly number[],
): number[] {
  // A rate of one can't be exceeded, and nothing is below a rate of zero.
  if (rate <= 0 || rate >= 1) return oddsRatios.map(() => 0);
  return oddsRatios.map(
    (ratio) => failures * Math.log(ratio) - requests * Math.log1p(rate * (ratio - 1)),
  );
}

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
