import type { CanaryStep } from "../../settings/release.ts";
import type { Step } from "../plan/types.ts";
import type { Verdict } from "../judge/types.ts";
import { ReleaseFailed, Paused } from "./endings.ts";
import type { ReleaseContext, Judging } from "./releaseContext.ts";
import { judgeStep, type Judged, type Moment } from "./judgeStep.ts";
import { applyConfig } from "./applyConfig.ts";
import { measureSwitch } from "./prober.ts";

/** What came of a step, for the journal and for people. */
export interface StepResult {
  readonly note: string;
  readonly verdict?: Verdict;
  readonly promotedBy?: string;
}

/** @param judging Undefined where nothing of the release is judged. */
export async function runStep(
  context: ReleaseContext,
  step: Step,
  judging: Judging | undefined,
): Promise<StepResult> {
  switch (step.kind) {
    case "deploy":
      await context.hooks.run("beforeDeploy", context.journal.current);
      await applyConfig(context, step.config);
      return { note: "deployed" };
    case "canary":
      return canary(context, step, needed(judging));
    case "approval":
      return approval(context, step, needed(judging));
    case "switch":
      return switchTraffic(context, step, judging);
    case "watch":
      return watch(context, step, needed(judging));
    case "retire":
      await applyConfig(context, step.config);
      return { note: "retired" };
  }
}

/** A PASS after its time sends it on; where there is none, a person does, or it goes back. */
async function canary(context: ReleaseContext, step: Step, judging: Judging): Promise<StepResult> {
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
      waits(context, step, isTesters ? "testers have it" : verdict.reason);
    }
    if (seconds > durationSeconds + context.waitSeconds) throw tooLate(context, step, weight);
    return false;
  };
  const work = () => applyConfig(context, step.config);
  return result(await judgeStep(context, judging, { step, minRequests, work, isOver }));
}

async function approval(
  context: ReleaseContext,
  step: Step,
  judging: Judging,
): Promise<StepResult> {
  waits(context, step, "all steps before it have passed");
  const weight = lastWeight(context, step);
  const isOver = ({ seconds }: Moment) => {
    if (seconds > context.waitSeconds) throw tooLate(context, step, weight);
    return false;
  };
  return result(await judgeStep(context, judging, { step, minRequests: 0, work: nothing, isOver }));
}

/** INSUFFICIENT does not end the watch badly: nobody is promoted by it any more. */
async function watch(context: ReleaseContext, step: Step, judging: Judging): Promise<StepResult> {
  const { seconds: wanted = 0 } = step;
  const isOver = ({ seconds }: Moment) => seconds >= wanted;
  const judged = await judgeStep(context, judging, { step, minRequests: 0, work: nothing, isOver });
  if (judged.verdict.outcome === "INSUFFICIENT") {
    const text = `Too few requests in ${wanted} s to judge by: ${judged.verdict.reason}`;
    context.report({ event: "warning", text });
  }
  return result(judged);
}

async function switchTraffic(
  context: ReleaseContext,
  step: Step,
  judging: Judging | undefined,
): Promise<StepResult> {
  const { hooks, journal, settings } = context;
  const { kind, oneWay } = journal.current.plan;
  if (kind === "release") await hooks.run("beforeSwitch", journal.current);
  const work = () => applyConfig(context, step.config);
  const isOver = () => true;
  const { measured } = await measureSwitch(context.url, settings, async () => {
    if (judging) await judgeStep(context, judging, { step, minRequests: 0, work, isOver });
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

function waits({ report, notifier, journal }: ReleaseContext, step: Step, why: string): void {
  const text = `${step.name} waits for a person: ${why}. Go on: bluegreen promote. Go back: bluegreen abort`;
  report({ event: "waiting", step: step.name, text });
  notifier.tell("waiting", journal.current, text);
}

function tooLate({ waitSeconds }: ReleaseContext, { name }: Step, weight: number): Error {
  const text = `nobody has promoted ${name} within ${waitSeconds} s`;
  return weight > 0 ? new ReleaseFailed("aborted", text) : new Paused(text);
}

/** What share the new color has while the release waits. */
function lastWeight({ journal }: ReleaseContext, step: Step): number {
  const { steps } = journal.current.plan;
  const before = steps.slice(0, steps.indexOf(step)).filter(({ canary }) => canary);
  return before.at(-1)?.canary?.weight ?? 0;
}

function needed(judging: Judging | undefined): Judging {
  if (!judging) throw new Error("a step is judged without a judge");
  return judging;
}
