import { count, percent } from "./format.ts";
import type { JudgementMeasured, Power, ToPass } from "./judgement.ts";
import { RULE_NAMES } from "./judgement/rules.ts";
import type { End } from "./judgement/runs.ts";
import { GOOD_RATE } from "./judgement/scenarios.ts";
import { besideMean, waldMean } from "./judgement/theory.ts";
import { atMostShare, type Goal, ratioAtMost, type Result } from "./result.ts";
import { median, quantile } from "./statistics.ts";

const LEVEL = 0.05;

/** Requests that a FAIL took, over the least that any test takes that has to learn the good rate. */
const MOST_OVER_LEAST = 3;

const RIVALS = ["judge", "Flagger", "Kayenta, hourly", "Kayenta, by the minute"];

export function judgementResults(measured: JudgementMeasured): Result[] {
  return [falseAlarms(measured), power(measured), lives(measured), passes(measured)];
}

function falseAlarms({ falseAlarms, parameters }: JudgementMeasured): Result {
  const worst = Math.max(...falseAlarms.map(({ ends }) => failedShare(ends.get("ours") ?? [])));
  return {
    title: "False alarms",
    method: [
      `The share of ${count(parameters.hours)} simulated releases that fail although green is as good as ` +
        `blue, checked every second for an hour. The judge runs at 95 % confidence, which allows up to ` +
        `5 %. Flagger: at least 99 % success in each minute, five failed checks. Kayenta: its Mann-Whitney ` +
        `classifier on rates per minute (98 %, tolerance 0.25), run once an hour as its documentation ` +
        `suggests, and every minute from the tenth on.`,
    ],
    head: ["failures and traffic", ...RIVALS],
    rows: falseAlarms.map(({ scenario, ends }) => [
      scenario.name,
      ...RULE_NAMES.map((name) => {
        const own = ends.get(name);
        return own ? percent(failedShare(own)) : "";
      }),
    ]),
    goals: [atMostShare("judgement: false alarms, worst case", worst, LEVEL)],
  };
}

function failedShare(ends: readonly End[]): number {
  return ends.filter(({ failedAt }) => failedAt !== undefined).length / ends.length;
}

function power({ powers, parameters }: JudgementMeasured): Result {
  const goals = powers.map(overLeast);
  return {
    title: "Requests until a FAIL",
    method: [
      `Blue fails at ${percent(GOOD_RATE)}. The table shows requests to green until the verdict FAIL, over ` +
        `${count(parameters.powers)} simulated releases at 10 requests a second. Known: the mean of Wald's ` +
        `sequential test, which is given both rates beforehand. Least: a lower bound on the mean of any ` +
        `test that has to learn blue's rate from the requests beside it. Both allow 5 % false alarms for ` +
        `errors alone. The judge has 3.25 % left for errors, and looks for any degree of failure that ` +
        `begins at any time.`,
    ],
    head: ["green", "FAIL", "mean", "p95", "known", "least", "mean / least", "goal", ""],
    rows: powers.map((one, at) => powerRow(one, goals[at]!)),
    goals,
  };
}

function powerRow({ bad, ends }: Power, goal: Goal): string[] {
  const failed = ends.filter(({ failedAt }) => failedAt !== undefined);
  const requests = failed.map((end) => end.requests);
  return [
    `${percent(bad.rate)}, ${percent(bad.share)} canary`,
    percent(failed.length / ends.length),
    count(mean(requests)),
    count(quantile(requests, 0.95)),
    count(waldMean(bad.rate, GOOD_RATE, LEVEL)),
    count(leastMean(bad)),
    goal.measured,
    goal.goal,
    goal.isMet ? "met" : "missed",
  ];
}

function overLeast({ bad, ends }: Power): Goal {
  // A release that does not fail within the hour would make the mean look better than it is.
  const all = ends.every(({ failedAt }) => failedAt !== undefined);
  const measured = all ? mean(ends.map(({ requests }) => requests)) : NaN;
  const name = `judgement: requests at ${percent(bad.rate)}, ${percent(bad.share)} canary / least`;
  return ratioAtMost(name, measured / leastMean(bad), MOST_OVER_LEAST);
}

function leastMean({ rate, share }: Power["bad"]): number {
  return besideMean(rate, GOOD_RATE, (1 - share) / share, LEVEL);
}

function lives({ lives, parameters }: JudgementMeasured): Result {
  return {
    title: "Time to a FAIL",
    method: [
      `100 requests a second, blue fails at ${percent(GOOD_RATE)}; medians over ` +
        `${count(parameters.lives)} simulated releases of an hour. Each cell shows the time from the first bad ` +
        `second to FAIL, and the failed requests to green in that time. Flagger and Kayenta judge failures only.`,
    ],
    head: ["green", ...RIVALS],
    rows: lives.map((life) => [
      life.scenario.name,
      ...RULE_NAMES.map((name) => cell(life.ends.get(name) ?? [], life.badFrom)),
    ]),
    goals: [],
  };
}

/** Empty where the rule does not judge such a release at all. */
function cell(ends: readonly End[], badFrom: number): string {
  if (ends.length === 0) return "";
  const late = ends.filter(({ failedAt }) => failedAt === undefined || failedAt > badFrom);
  const times = late.map(({ failedAt }) =>
    failedAt === undefined ? Infinity : failedAt - badFrom,
  );
  const wait = median(times);
  if (wait === Infinity) return "none in an hour";
  return `${count(wait)} s, ${count(median(late.map(({ failures }) => failures)))}`;
}

function passes({ toPass, parameters }: JudgementMeasured): Result {
  const wrong = toPass.filter(({ scenario }) => isWrong(scenario));
  const worst = Math.max(...wrong.map(passed));
  return {
    title: "Requests until a PASS",
    method: [
      `Requests to green until the first PASS, with a margin of 1 % and no minimum number of requests, over ` +
        `${count(parameters.passes)} simulated releases of at most an hour. In the last two rows green is worse ` +
        `by the margin, so a PASS is wrong.`,
    ],
    head: ["failures and traffic", "PASS", "median", "p95"],
    rows: toPass.map(passRow),
    goals: [atMostShare("judgement: wrong PASS, worst case", worst, LEVEL)],
  };
}

function passRow(one: ToPass): string[] {
  const requests = one.requests.filter((value) => !Number.isNaN(value));
  const few = requests.length < one.requests.length / 2;
  return [
    one.scenario.name,
    percent(passed(one)),
    few ? "-" : count(median(requests)),
    few ? "-" : count(quantile(requests, 0.95)),
  ];
}

function passed({ requests }: ToPass): number {
  return requests.filter((value) => !Number.isNaN(value)).length / requests.length;
}

function isWrong({ blueRate, greenRate }: ToPass["scenario"]): boolean {
  return greenRate(0) >= blueRate(0) + 0.01;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
