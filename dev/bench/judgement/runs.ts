import { ReleaseJudge } from "../../../release/judge/judge.ts";
import { JUDGE_OPTIONS, type Rule } from "./rules.ts";
import { type Scenario, Traffic } from "./traffic.ts";

export const HOUR = 3600;

/** How one simulated release ended under one rule. */
export interface End {
  /** Seconds after the start; undefined where the time passed without a FAIL. */
  readonly failedAt: number | undefined;
  /** What green was asked until then, from the second on that is of interest, and what of it failed. */
  readonly requests: number;
  readonly failures: number;
}

export interface Stretch {
  /** Requests count from this second on. Default 0. */
  readonly countFrom?: number;
  /** Default an hour. */
  readonly seconds?: number;
}

/** One release under several rules, which all see the same traffic. */
export function release(
  scenario: Scenario,
  rules: readonly Rule[],
  seed: number,
  { countFrom = 0, seconds = HOUR }: Stretch = {},
): End[] {
  const traffic = new Traffic(scenario, seed);
  const ends = new Map<Rule, End>();
  let [requests, failures] = [0, 0];
  for (let second = 1; second <= seconds && ends.size < rules.length; second++) {
    const measurement = traffic.next();
    const { green } = measurement.colors;
    if (second > countFrom)
      [requests, failures] = [requests + green.requests, failures + green.failures];
    for (const rule of rules) {
      if (ends.has(rule) || !rule.hasFailed(measurement)) continue;
      ends.set(rule, { failedAt: second, requests, failures });
    }
  }
  return rules.map((rule) => ends.get(rule) ?? { failedAt: undefined, requests, failures });
}

/** Requests of green until the first PASS; undefined where an hour is not enough. */
export function requestsToPass(scenario: Scenario, seed: number): number | undefined {
  const traffic = new Traffic(scenario, seed);
  const judge = new ReleaseJudge(JUDGE_OPTIONS);
  let requests = 0;
  for (let second = 0; second < HOUR; second++) {
    const measurement = traffic.next();
    requests += measurement.colors.green.requests;
    judge.add(measurement);
    const { outcome } = judge.verdict();
    if (outcome === "PASS") return requests;
    if (outcome === "FAIL") return undefined;
  }
  return undefined;
}

/** Seeds of so many releases. */
export function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, run) => run + 1);
}
