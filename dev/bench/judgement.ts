import { ours, RULE_NAMES, type RuleName, RULES } from "./judgement/rules.ts";
import { type End, release, requestsToPass, seeds } from "./judgement/runs.ts";
import { ALIKE, bad, type Bad, LIVES, PASSING, WORSE } from "./judgement/scenarios.ts";
import type { Scenario } from "./judgement/traffic.ts";
import { judgementResults } from "./judgementResult.ts";
import type { JudgementParameters } from "./parameters.ts";
import { say } from "./progress.ts";
import type { Result } from "./result.ts";

/** One entry a release; all rules see the same traffic. */
export type EndsByRule = ReadonlyMap<RuleName, readonly End[]>;

export interface FalseAlarms {
  readonly scenario: Scenario;
  readonly ends: EndsByRule;
}

export interface Power {
  readonly bad: Bad;
  readonly ends: readonly End[];
}

export interface Life {
  readonly scenario: Scenario;
  /** From when on green is bad, in seconds. */
  readonly badFrom: number;
  readonly ends: EndsByRule;
}

export interface ToPass {
  readonly scenario: Scenario;
  /** NaN where there was no PASS within an hour. */
  readonly requests: readonly number[];
}

export interface JudgementMeasured {
  readonly parameters: JudgementParameters;
  readonly falseAlarms: readonly FalseAlarms[];
  readonly powers: readonly Power[];
  readonly lives: readonly Life[];
  readonly toPass: readonly ToPass[];
}

/** So slow that a second holds few requests, and the number of requests at a FAIL is exact. */
const EXACT_PER_SECOND = 10;

/** Simulations with fixed seeds: the same figures on every machine. */
export function benchJudgement(parameters: JudgementParameters): Promise<readonly Result[]> {
  const { hours, lives, powers, passes } = parameters;
  const measured: JudgementMeasured = {
    parameters,
    falseAlarms: ALIKE.map((scenario) => ({ scenario, ends: byRules(scenario, hours) })),
    powers: WORSE.map((one) => {
      const scenario = bad(one, EXACT_PER_SECOND);
      say(scenario.name);
      return { bad: one, ends: seeds(powers).flatMap((seed) => release(scenario, [ours()], seed)) };
    }),
    lives: LIVES.map(([scenario, badFrom]) => ({
      scenario,
      badFrom,
      ends: byRules(scenario, lives, badFrom),
    })),
    toPass: PASSING.map((scenario) => {
      say(`PASS: ${scenario.name}`);
      const requests = seeds(passes).map((seed) => requestsToPass(scenario, seed) ?? NaN);
      return { scenario, requests };
    }),
  };
  return Promise.resolve(judgementResults(measured));
}

/** The rivals judge failures only. */
function byRules(scenario: Scenario, count: number, countFrom = 0): EndsByRule {
  say(scenario.name);
  const names = scenario.times ? (["ours"] as const) : RULE_NAMES;
  const ends = seeds(count).map((seed) => {
    const rules = names.map((name) => RULES[name]());
    return release(scenario, rules, seed, { countFrom });
  });
  return new Map(names.map((name, at) => [name, ends.map((one) => one[at]!)]));
}
