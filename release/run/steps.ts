import type { CanaryStep } from "../../settings/release.ts";
import { COLORS } from "../../lib/color.ts";
import { UserError } from "../../lib/userError.ts";
import type { Verdict } from "../judge/types.ts";
import { type Digests, digestProblem } from "../plan/digests.ts";
import { configAfter, grantOf, routeAfter, type Step } from "../plan/releasePlan.ts";
import { applyConfig } from "./applyConfig.ts";
import { Paused, ReleaseFailed } from "./endings.ts";
import { type Judged, judgeStep, type Progress } from "./judgeStep.ts";
import type { LiveWatching } from "./liveWatch.ts";
import { measureSwitch } from "./probing.ts";
import type { Judging, ReleaseContext } from "./releaseContext.ts";
import { watchedDeploy } from "./watchedDeploy.ts";

/** The result of a step, for the journal and for people. */
export interface StepResult {
  readonly note: string;
  readonly verdict?: Verdict;
  readonly promotedBy?: string;
}

/**
 * @param judging Undefined if no step of the release is judged.
 * @param live For the deploy; undefined where nothing counts what the live color answers.
 */
export async function runStep(
  context: ReleaseContext,
  step: Step,
  judging: Judging | undefined,
  live: LiveWatching | undefined,
): Promise<StepResult> {
  switch (step.kind) {
    case "start":
      await apply(context, step);
      return { note: "started" };
    case "deploy":
      await context.hooks.run("beforeDeploy", context.journal.current);
      if (live) await watchedDeploy(context, live, () => apply(context, step));
      else await apply(context, step);
      return { note: "deployed" };
    case "canary":
      return canary(context, step, required(judging));
    case "approval":
      return approval(context, step, required(judging));
    case "switch":
      return switchTraffic(context, step, judging);
    case "watch":
      return watch(context, step, required(judging));
    case "retire":
      await apply(context, step);
      return { note: "retired" };
  }
}

/** Continues on a PASS after its time; without one a person promotes it, or it is rolled back. */
async function canary(context: ReleaseContext, step: Step, judging: Judging): Promise<StepResult> {
  const { weight, durationSeconds, minRequests } = step.canary as CanaryStep;
  const isForTesters = weight === 0;
  let isWaiting = false;
  const isOver = ({ verdict, seconds, requests }: Progress) => {
    const isComplete = seconds >= durationSeconds && requests >= minRequests;
    if (!isForTesters && isComplete && verdict.outcome === "PASS") return true;
    // The missing requests may arrive within the same time again; after that a person has to decide.
    const needsPerson = isForTesters || seconds >= 2 * durationSeconds;
    if (needsPerson && !isWaiting) {
      isWaiting = true;
      reportWaiting(context, step, isForTesters ? "testers have it" : verdict.reason);
    }
    if (seconds > durationSeconds + context.waitSeconds) throw waitedTooLong(context, step, weight);
    return false;
  };
  const work = () => apply(context, step);
  return resultOf(await judgeStep(context, judging, { step, minRequests, work, isOver }));
}

async function approval(
  context: ReleaseContext,
  step: Step,
  judging: Judging,
): Promise<StepResult> {
  reportWaiting(context, step, "all earlier steps have passed");
  const weight = currentWeight(context, step);
  const isOver = ({ seconds }: Progress) => {
    if (seconds > context.waitSeconds) throw waitedTooLong(context, step, weight);
    return false;
  };
  const judged = await judgeStep(context, judging, { step, minRequests: 0, work: noWork, isOver });
  return resultOf(judged);
}

/** What follows INSUFFICIENT is the setting `release.watchUndecided`. */
async function watch(context: ReleaseContext, step: Step, judging: Judging): Promise<StepResult> {
  const { seconds: wanted = 0 } = step;
  const { watchUndecided } = context.settings.release;
  let isWaiting = false;
  const isOver = ({ verdict, seconds }: Progress) => {
    if (seconds < wanted) return false;
    if (verdict.outcome === "PASS" || watchUndecided === "release") return true;
    const why = `too few requests in ${wanted} s: ${verdict.reason}`;
    if (watchUndecided === "rollback") throw new ReleaseFailed("rolled-back", why);
    if (!isWaiting) {
      isWaiting = true;
      reportWaiting(context, step, why);
    }
    if (seconds > wanted + context.waitSeconds) throw waitedTooLong(context, step, 100);
    return false;
  };
  const judged = await judgeStep(context, judging, { step, minRequests: 0, work: noWork, isOver });
  if (judged.verdict.outcome === "INSUFFICIENT") {
    const text = `Too few requests in ${wanted} s to judge: ${judged.verdict.reason}`;
    context.report({ event: "warning", text });
  }
  return resultOf(judged);
}

async function switchTraffic(
  context: ReleaseContext,
  step: Step,
  judging: Judging | undefined,
): Promise<StepResult> {
  const { hooks, journal, settings } = context;
  const { kind } = journal.current.plan;
  if (kind !== "rollback") await hooks.run("beforeSwitch", journal.current);
  const work = () => apply(context, step);
  const isOver = () => true;
  const measured = await measureSwitch(context.url, settings, async () => {
    if (judging) await judgeStep(context, judging, { step, minRequests: 0, work, isOver });
    else await work();
  });
  await journal.note({ measured });
  await hooks.tryRun(kind === "rollback" ? "onRollback" : "afterSwitch", journal.current);
  const { requests, failures, longestGapMs } = measured;
  return {
    note: `${requests} requests of the probe, ${failures} failed, longest gap ${longestGapMs} ms`,
  };
}

/**
 * What fails after the route is set must not send users back: `finishAsPlanned` repeats it.
 *
 * @throws UserError if a color then has another image than the plan says.
 */
async function apply(context: ReleaseContext, step: Step): Promise<void> {
  const { journal, report } = context;
  const { plan } = journal.current;
  const all = plan.kind === "release" ? configAfter(plan, step) : step.config;
  const wasRouted = await isRouted(context, step);
  let real: Digests = {};
  try {
    real = await applyConfig(context, step.config, all, grantOf(plan, step));
  } catch (error) {
    const isSet = error instanceof UserError && !wasRouted && (await isRouted(context, step));
    if (!isSet) throw error;
    const text = `The route is set, so the ${plan.kind} goes on, although the rest has failed: ${error.message}`;
    report({ event: "warning", text });
    await journal.note({ isUpDue: true });
  }
  const problems = COLORS.flatMap((color) => digestProblem(color, plan.digests ?? {}, real) ?? []);
  if (problems.length > 0) throw new UserError(problems.join("; "));
}

/** Whether the balancer does what the step is to bring about; false if it does not say. */
async function isRouted({ route, journal }: ReleaseContext, step: Step): Promise<boolean> {
  const wanted = routeAfter(journal.current.plan, step);
  if (!wanted) return false;
  return route.look().then(
    ({ active, canaryWeight }) => active === wanted.active && canaryWeight === wanted.canaryWeight,
    () => false,
  );
}

/** Keeps the route of the previous step. */
async function noWork(): Promise<void> {}

function resultOf({ verdict, promotedBy }: Judged): StepResult {
  const note = promotedBy === undefined ? verdict.outcome : `promoted by ${promotedBy}`;
  return { note, verdict, ...(promotedBy !== undefined && { promotedBy }) };
}

function reportWaiting(context: ReleaseContext, step: Step, why: string): void {
  const { report, notifier, journal } = context;
  const text = `${step.name} waits for a person: ${why}. Continue: bluegreen promote. Undo: bluegreen abort`;
  report({ event: "waiting", step: step.name, text });
  notifier.send("waiting", journal.current, text);
}

function waitedTooLong({ waitSeconds }: ReleaseContext, { name }: Step, weight: number): Error {
  const text = `${name} was not promoted within ${waitSeconds} s`;
  return weight > 0 ? new ReleaseFailed("aborted", text) : new Paused(text);
}

/** The new color's share while the release waits. */
function currentWeight({ journal }: ReleaseContext, step: Step): number {
  const { steps } = journal.current.plan;
  const before = steps.slice(0, steps.indexOf(step)).filter(({ canary }) => canary);
  return before.at(-1)?.canary?.weight ?? 0;
}

function required(judging: Judging | undefined): Judging {
  if (!judging) throw new Error("a step is judged without a judge");
  return judging;
}
