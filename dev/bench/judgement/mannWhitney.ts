import { rootOf } from "../../../release/judge/logMath.ts";

/** 98 %, two-sided: the 99th percentile of the normal distribution. */
const Z = 2.3263478740408408;

/** Of the estimated difference; the interval has to lie above it. */
const TOLERANCE = 0.25;

/**
 * Whether Kayenta's Mann-Whitney classifier calls the experiment "High": the lower end of the
 * 98 % interval of the difference between the two has to be above a quarter of its (Hodges and
 * Lehmann) estimate. The interval is the asymptotic one of R's wilcox.test, with corrections for
 * continuity and ties; written after the description in Spinnaker's documentation.
 *
 * @see https://spinnaker.io/docs/guides/user/canary/judge
 */
export function isHigh(experiment: readonly number[], control: readonly number[]): boolean {
  if (experiment.length === 0 || control.length === 0) return false;
  const all = [...experiment, ...control];
  if (all.every((value) => value === all[0])) return false;
  // The interval's lower end is above zero only if no difference at all is outside of it.
  if (standardized(experiment, control, 0) <= Z) return false;
  const lowest = Math.min(...experiment) - Math.max(...control);
  const highest = Math.max(...experiment) - Math.min(...control);
  const shiftAt = (z: number) =>
    rootOf((shift) => z - standardized(experiment, control, shift), lowest, highest);
  return shiftAt(Z) > TOLERANCE * Math.abs(shiftAt(0));
}

/** The rank statistic with the experiment moved down by a shift, less its mean, over its deviation. */
function standardized(
  experiment: readonly number[],
  control: readonly number[],
  shift: number,
): number {
  const [m, n] = [experiment.length, control.length];
  const moved = experiment.map((value) => value - shift);
  const { rankSum, tieTerm } = ranks(moved, control);
  const distance = rankSum - (m * (m + 1)) / 2 - (m * n) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - tieTerm / ((m + n) * (m + n - 1)));
  if (variance <= 0) return 0;
  return (distance - Math.sign(distance) * 0.5) / Math.sqrt(variance);
}

/** The sum of the first sample's ranks, equal values sharing theirs, and what ties take away. */
function ranks(first: readonly number[], second: readonly number[]) {
  const sorted = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false })),
  ].sort((a, b) => a.value - b.value);
  let [rankSum, tieTerm] = [0, 0];
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]!.value === sorted[from]!.value) to += 1;
    const equal = sorted.slice(from, to);
    rankSum += equal.filter(({ isFirst }) => isFirst).length * ((from + 1 + to) / 2);
    tieTerm += equal.length ** 3 - equal.length;
    from = to;
  }
  return { rankSum, tieTerm };
}
