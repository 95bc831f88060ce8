import type { Color } from "../../lib/color.ts";
import { isBeside, type Tally } from "./blocks.ts";
import type { Histogram } from "./histogram.ts";
import type { Latency, Quantile } from "./latency.ts";
import type { StatusComparison } from "./statuses.ts";
import type { Verdict } from "./types.ts";

interface Proof {
  /** ln of the odds against chance, and of the odds that are a proof. */
  readonly evidence: number;
  readonly needed: number;
}

/** All that a judge knows, for a verdict in words. */
export interface Findings {
  readonly names: Readonly<Record<"candidate" | "other", Color>>;
  /** Whose times they are; undefined where that goes without saying. */
  readonly timesOf: string | undefined;
  readonly minRequests: number;
  /** In this step. */
  readonly candidate: Tally;
  readonly other: Tally;
  /** All answers of the other color in this release. */
  readonly before: Tally;
  readonly worse: Proof;
  readonly aboveLimit: Proof;
  /** The candidate's rate is higher by at most this. */
  readonly bound: number;
  readonly latencies: readonly { readonly quantile: Quantile; readonly latency: Latency }[];
  /** Of classes of statuses. */
  readonly statuses: readonly StatusComparison[];
  /** Failures of the candidate in this step whose draws had failed before. */
  readonly repeats: number;
  /** Requests of the candidate in this step that had waited for too long before they ended. */
  readonly hanging: number;
  /** Requests of the candidate that wait for longer than is normal, and whether these prevent a PASS. */
  readonly waiting: number;
  readonly isUndecided: boolean;
  /** Why the counts may be no counts. */
  readonly blind: string | undefined;
  readonly candidateTimes: Histogram;
  readonly otherTimes: Histogram;
  readonly allowed: {
    readonly errorRate: number;
    readonly latencyRatio: number;
    readonly margin: number;
  };
}

/** FAIL needs one proof, PASS all of them; everything else is INSUFFICIENT. */
export function conclude(findings: Findings): Verdict {
  const numbers = numbersOf(findings);
  const fault = faultOf(findings);
  if (fault !== undefined) return { outcome: "FAIL", reason: fault, numbers };
  const gap = gapOf(findings);
  if (gap !== undefined) return { outcome: "INSUFFICIENT", reason: gap, numbers };
  const { bound, allowed } = findings;
  const reason =
    `${counts(findings)}; worse by at most ${percent(bound)} (${percent(allowed.margin)} is allowed)` +
    timesText(findings);
  return { outcome: "PASS", reason, numbers };
}

function faultOf(findings: Findings): string | undefined {
  const { names, worse, aboveLimit, latencies, allowed } = findings;
  if (isProven(worse)) {
    return `${names.candidate} fails more often than ${names.other}: ${counts(findings)}; ${proof(worse)}`;
  }
  if (isProven(aboveLimit)) {
    const limit = `maxErrorRate ${percent(allowed.errorRate)}`;
    return `${names.candidate} fails more often than ${limit}: ${counts(findings)}; ${proof(aboveLimit)}`;
  }
  const status = findings.statuses.find(({ comparison }) => comparison.isProven);
  if (status) {
    return `${names.candidate} ${status.text} more often than ${names.other}: ${status.counts(names)}; ${proof(status.comparison)}`;
  }
  const slow = latencies.find(({ latency }) => latency.slower.isProven);
  if (!slow) return undefined;
  return (
    `${names.candidate} takes more than ${allowed.latencyRatio} times as long as ${names.other} ` +
    `(maxLatencyRatio): ${quantileText(findings, slow.quantile)}${ofWhom(findings)}; ${proof(slow.latency.slower)}`
  );
}

/** What is missing for a PASS. */
function gapOf(findings: Findings): string | undefined {
  const { candidate, minRequests, bound, allowed } = findings;
  if (candidate.requests < Math.max(1, minRequests)) {
    const least = minRequests > 1 ? `; at least ${minRequests} requests are required` : "";
    return `${counts(findings)}${least}`;
  }
  if (bound > allowed.margin) {
    const shown = bound < 1 ? `at most ${percent(bound)} so far` : "an amount not yet known";
    return `${counts(findings)}; worse by ${shown}, ${percent(allowed.margin)} is allowed: more requests are needed`;
  }
  if (findings.blind !== undefined) return `${counts(findings)}; ${findings.blind}`;
  if (findings.isUndecided) {
    return `${counts(findings)}; ${whole(findings.waiting)} requests to ${findings.names.candidate} wait for an answer for longer than is normal`;
  }
  const open = missingQuantiles(findings)[0];
  if (!open) return undefined;
  return (
    `${counts(findings)}; not yet proven to take at most ${allowed.latencyRatio} times as long: ` +
    `${quantileText(findings, open)}${ofWhom(findings)}; more requests are needed`
  );
}

/** A PASS requires p50 and p95 if durations are measured; p99 would take thousands of requests. */
function missingQuantiles({ latencies, candidateTimes, otherTimes }: Findings): Quantile[] {
  if (candidateTimes.total === 0 || otherTimes.total === 0) return [];
  return latencies
    .filter(({ quantile, latency }) => quantile < 0.99 && !latency.isNotSlower)
    .map(({ quantile }) => quantile);
}

function counts({ names, candidate, other, before, repeats, hanging }: Findings): string {
  const all =
    candidate.requests > 0
      ? `${names.candidate} failed ${ofAll(candidate)}`
      : `${names.candidate} has answered no request yet`;
  const repeated = repeats > 0 ? ` (${whole(repeats)} repeated by the same users)` : "";
  const hung = hanging > 0 ? `, and ${whole(hanging)} had no answer for long` : "";
  if (isBeside(candidate, other))
    return `${all}${repeated}${hung}, ${names.other} ${ofAll(other)} in the same time`;
  if (before.requests > 0)
    return `${all}${repeated}${hung}, ${names.other} ${ofAll(before)} before that`;
  return `${all}${repeated}${hung}, with no requests to ${names.other} to compare with`;
}

function isProven({ evidence, needed }: Proof): boolean {
  return evidence >= needed;
}

function proof({ evidence, needed }: Proof): string {
  return `${odds(evidence)} against chance, ${odds(needed)} prove it`;
}

function timesText(findings: Findings): string {
  const { candidateTimes, otherTimes } = findings;
  if (candidateTimes.total === 0) return "; latency is not measured";
  if (otherTimes.total === 0) return "; no latency to compare with";
  return `; ${quantileText(findings, 0.5)}, ${quantileText(findings, 0.95)}${ofWhom(findings)}`;
}

function ofWhom({ timesOf }: Findings): string {
  return timesOf === undefined ? "" : ` (times of ${timesOf})`;
}

function quantileText({ names, candidateTimes, otherTimes }: Findings, quantile: Quantile): string {
  const [mine, theirs] = [candidateTimes.quantile(quantile), otherTimes.quantile(quantile)];
  return `${nameOf(quantile)} ${times(mine)} against ${times(theirs)} of ${names.other}`;
}

function nameOf(quantile: Quantile): string {
  return `p${quantile * 100}`;
}

/** Rates and bounds as shares, durations in seconds, odds as natural logarithms; NaN is left out. */
function numbersOf(findings: Findings): Verdict["numbers"] {
  const { candidate, other, worse, aboveLimit, bound, candidateTimes, otherTimes } = findings;
  const quantiles = findings.latencies.flatMap(({ quantile, latency }) => [
    [nameOf(quantile), candidateTimes.quantile(quantile)] as const,
    [`${nameOf(quantile)}Other`, otherTimes.quantile(quantile)] as const,
    [`${nameOf(quantile)}Evidence`, latency.slower.evidence] as const,
  ]);
  const numbers: readonly (readonly [string, number])[] = [
    ["requests", candidate.requests],
    ["failures", candidate.failures],
    ["requestsOther", other.requests],
    ["failuresOther", other.failures],
    ["repeats", findings.repeats],
    ["hanging", findings.hanging],
    ["waiting", findings.waiting],
    ["bound", bound],
    ["worseEvidence", worse.evidence],
    ["worseNeeded", worse.needed],
    ["limitEvidence", aboveLimit.evidence],
    ["limitNeeded", aboveLimit.needed],
    ...findings.statuses.map(
      ({ name, comparison }) => [`${name}Evidence`, comparison.evidence] as const,
    ),
    ...quantiles,
  ];
  return Object.fromEntries(numbers.filter(([, value]) => Number.isFinite(value)));
}

/** `14 of 312 (4.5 %)` */
export function ofAll({ requests, failures }: Tally): string {
  const share = failures === 0 ? "" : ` (${percent(failures / requests)})`;
  return `${whole(failures)} of ${whole(requests)}${share}`;
}

/** A share with two significant digits: `4.5 %`, `0.12 %`, `20 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** Seconds: `95 ms`, `1.2 s`. */
export function times(seconds: number): string {
  if (Number.isNaN(seconds)) return "no time";
  if (seconds >= 1) return `${seconds.toFixed(1)} s`;
  return `${Number((seconds * 1000).toPrecision(2))} ms`;
}

/** From their natural logarithm: `3,120 to 1`. */
export function odds(log: number): string {
  if (log < 0) return "less than 1 to 1";
  if (log > Math.log(1e6)) return "more than a million to 1";
  return `${whole(Math.exp(log))} to 1`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
