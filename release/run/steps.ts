import type { CanaryStep } from "../../lib/settings/release.ts";
import type { Step } from "../plan/types.ts";
import type { Verdict } from "../judgement/types.ts";
import { GoBack, Paused } from "./endings.ts";
import type { Ground, Judging } from "./ground.ts";
import { judgeUntil, type Judged, type Moment } from "./judged.ts";
import { makeSo } from "./makeSo.ts";
import { measureSwitch } from "./prober.ts";

/** What came of a step, for the journal and for people. */
export interface StepResult {
  readonly note: string;
  readonly verdict?: Verdict;
  readonly promotedBy?: string;
}

/** @param judging Undefined where nothing of the release is judged. */
export async function runStep(
  ground: Ground,
  step: Step,
  judging: Judging | undefined,
): Promise<StepResult> {
  switch (step.kind) {
    case "deploy":
      await ground.hooks.run("beforeDeploy", ground.journal.current);
      await makeSo(ground, step.config);
      return { note: "deployed" };
    case "canary":
      return canary(ground, step, needed(judging));
    case "approval":
      return approval(ground, step, needed(judging));
    case "switch":
      return switchTraffic(ground, step, judging);
    case "watch":
      return watch(ground, step, needed(judging));
    case "retire":
      await makeSo(ground, step.config);
      return { note: "retired" };
  }
}

/** A PASS after its time sends it on; where there is none, a person does, or it goes back. */
async function canary(ground: Ground, step: Step, judging: Judging): Promise<StepResult> {
  const { weight, durationSeconds, minRequests } = step.canary as CanaryStep;
  const isTesters = weight === 0;
  let isTold = false;
  const isOver = ({ verdict, seconds, requests }: Moment) => {
    const isLong = seconds >= durationSeconds && requests >= minRequests;
    if (!isTesters && isLong && verdict.outcome === "PASS") return true;
    // The same time again may bring what is missing; after that a person has to look.
    const isLate = isTesters || seconds >= 2 * durationSeconds;
    if (isLate && !isTold) {
      isTold = true;
      waits(ground, step, isTesters ? "testers have it" : verdict.reason);
    }
    if (seconds > durationSeconds + ground.waitSeconds) throw tooLate(ground, step, weight);
    return false;
  };
  const work = () => makeSo(ground, step.config);
  return result(await judgeUntil(ground, judging, { step, minRequests, work, isOver }));
}

async function approval(ground: Ground, step: Step, judging: Judging): Promise<StepResult> {
  waits(ground, step, "all steps before it have passed");
  const weight = lastWeight(ground, step);
  const isOver = ({ seconds }: Moment) => {
    if (seconds > ground.waitSeconds) throw tooLate(ground, step, weight);
    return false;
  };
  return result(await judgeUntil(ground, judging, { step, minRequests: 0, work: nothing, isOver }));
}

/** INSUFFICIENT does not end the watch badly: nobody is promoted by it any more. */
async function watch(ground: Ground, step: Step, judging: Judging): Promise<StepResult> {
  const { seconds: wanted = 0 } = step;
  const isOver = ({ seconds }: Moment) => seconds >= wanted;
  const judged = await judgeUntil(ground, judging, { step, minRequests: 0, work: nothing, isOver });
  if (judged.verdict.outcome === "INSUFFICIENT") {
    const text = `Too few requests in ${wanted} s to judge by: ${judged.verdict.reason}`;
    ground.report({ event: "warning", text });
  }
  return result(judged);
}

async function switchTraffic(
  ground: Ground,
  step: Step,
  judging: Judging | undefined,
): Promise<StepResult> {
  const { hooks, journal, settings } = ground;
  const { kind, oneWay } = journal.current.plan;
  if (kind === "release") await hooks.run("beforeSwitch", journal.current);
  const work = () => makeSo(ground, step.config);
  const isOver = () => true;
  const { measured } = await measureSwitch(ground.url, settings, async () => {
    if (judging) await judgeUntil(ground, judging, { step, minRequests: 0, work, isOver });
    else await work();
  });
  await journal.change({ measured });
  if (kind === "rollback") await hooks.tryRun("onRollback", journal.current);
  else if (oneWay === undefined) await hooks.run("afterSwitch", journal.current);
  else await hooks.tryRun("afterSwitch", journal.current);
  const { requests, failures, longestGapMs } = measured;
  return {
    note: `${requests} requests of the prober, ${failures} failed, longest gap ${longestGapMs} ms`,
  };
}

/** The traffic is as it was in the step before. */
async function nothing(): Promise<void> {}

function result({ verdict, promotedBy }: Judged): StepResult {
  const note = promotedBy === undefined ? verdict.outcome : `promoted by ${promotedBy}`;
  return { note, verdict, ...(promotedBy !== undefined && { promotedBy }) };
}

function waits({ report, notifier, journal }: Ground, step: Step, why: string): void {
  const text = `${step.name} waits for a person: ${why}. Go on: bluegreen promote. Go back: bluegreen abort`;
  report({ event: "waiting", step: step.name, text });
  notifier.tell("waiting", journal.current, text);
}

function tooLate({ waitSeconds }: Ground, { name }: Step, weight: number): Error {
  const text = `nobody has promoted ${name} within ${waitSeconds} s`;
  return weight > 0 ? new GoBack("aborted", text) : new Paused(text);
}

/** What share the new color has while the release waits. */
function lastWeight({ journal }: Ground, step: Step): number {
  const { steps } = journal.current.plan;
  const before = steps.slice(0, steps.indexOf(step)).filter(({ canary }) => canary);
  return before.at(-1)?.canary?.weight ?? 0;
}

function needed(judging: Judging | undefined): Judging {
  if (!judging) throw new Error("a step is judged without a judge");
  return judging;
}
