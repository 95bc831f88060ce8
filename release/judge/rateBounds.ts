import type { Tally } from "./blocks.ts";
import { logBeta, rootOf, timesLog } from "./logMath.ts";

/**
 * Bounds of a failure rate that hold for all sample sizes simultaneously, each with a probability of at
 * least 1 - level. They enclose the rates against which a mixture of bets, with weights Beta(1/2, 1/2),
 * does not win 1/level (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021,
 * "Time-uniform, nonparametric, nonasymptotic confidence sequences").
 */
export function upperBound(tally: Tally, level: number): number {
  const { requests, failures } = tally;
  if (failures >= requests) return 1;
  return rootOf(excessAt(tally, level), failures / requests, 1);
}

/** See `upperBound`. */
export function lowerBound(tally: Tally, level: number): number {
  const { requests, failures } = tally;
  if (failures === 0) return 0;
  const excess = excessAt(tally, level);
  return -rootOf((negative) => excess(-negative), -failures / requests, 0);
}

/** ln of the mixture's capital against a rate, relative to what would exclude the rate. */
function excessAt({ requests, failures }: Tally, level: number): (rate: number) => number {
  const passed = requests - failures;
  const mixture = logBeta(failures + 0.5, passed + 0.5) - logBeta(0.5, 0.5);
  return (rate) =>
    mixture - timesLog(failures, rate) - timesLog(passed, 1 - rate) + Math.log(level);
}
