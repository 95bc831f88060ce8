import { UserError } from "../../lib/userError.ts";
import { configAfter, grantOf, isJudged, type Step } from "../plan/releasePlan.ts";
import type { Journal, Outcome } from "../store/journal.ts";
import { applyConfig, revertEdits, throwIfStopped } from "./applyConfig.ts";
import { Paused, ReleaseFailed } from "./endings.ts";
import { finish } from "./finish.ts";
import { readPromotion } from "./judgeStep.ts";
import type { LiveWatch, LiveWatching } from "./liveWatch.ts";
import type { Judging, ReleaseContext } from "./releaseContext.ts";
import { rollBack } from "./rollBack.ts";
import { runStep } from "./steps.ts";

const BASELINE_SAMPLES = 3;
const BASELINE_MS = 1000;

const OUTCOME_OF = {
  release: "released",
  rollback: "rolled-back",
  switch: "released",
  retire: "retired",
} as const;

/**
 * Runs the release in the journal from where it stands to its end.
 *
 * @throws Paused if it waits for a person, Stopped if the user has asked to stop; it stays unfinished
 *   then. UserError if it can't be rolled back.
 */
export async function runRelease(context: ReleaseContext): Promise<Outcome> {
  const { journal } = context;
  const { isUndone, reason = "its rollback was interrupted" } = journal.current;
  if (isUndone) {
    const outcome = journal.current.goesBackAs ?? "failed";
    return rollBack(context, new ReleaseFailed(outcome, reason));
  }
  if (journal.current.isPaused) await journal.change({ isPaused: false });
  let judging: Judging | undefined;
  let live: LiveWatching | undefined;
  const { kind } = journal.current.plan;
  const isTakenBack = kind === "release" && (await context.grants.renewNow()) === "expired";
  if (kind === "release") context.grants.start();
  try {
    for (const step of stepsLeft(journal.current, isTakenBack)) {
      if (step.kind === "deploy") live = await watchedLive(context);
      if (isJudged(journal.current.plan) && step.kind !== "deploy" && step.kind !== "start")
        judging ??= await judgeWithBaseline(context, live?.watch);
      await journalStep(context, step, judging, live);
    }
    if (kind === "release") await context.grants.keep();
  } catch (error) {
    if (error instanceof Paused) await journal.change({ isPaused: true });
    if (error instanceof ReleaseFailed) return await rollBack(context, error, judging);
    if (error instanceof UserError && !context.lease.isTaken) {
      return await rollBack(context, new ReleaseFailed("failed", error.message), judging);
    }
    throw error;
  } finally {
    context.grants.stop();
    await judging?.source.close();
    await live?.source.close();
  }
  // Nothing from here on sends a good release back. What fails is reported, or left to `resume`.
  return finishAsPlanned(context).catch((error: unknown) => {
    if (!(error instanceof UserError) || context.lease.isTaken) throw error;
    throw new UserError(
      `The ${kind} is done, but that could not be recorded: ${error.message}\n` +
        "Once that is mended: bluegreen resume",
    );
  });
}

async function finishAsPlanned(context: ReleaseContext): Promise<Outcome> {
  const { plan } = context.journal.current;
  await bringUpToDate(context).catch((error: unknown) => {
    if (!(error instanceof UserError) || context.lease.isTaken) throw error;
    const text = `The traffic is where it should be, and the rest is not. Run pulumi up: ${error.message}`;
    context.report({ event: "warning", text });
  });
  const undecided = undecidedWatch(context);
  const canaryWeight = plan.kind === "rollback" ? 0 : plan.before.canaryWeight;
  const outcome = undecided === undefined ? OUTCOME_OF[plan.kind] : "undecided";
  const promised = { ...plan.before, active: plan.to, canaryWeight };
  return finish(context, outcome, promised, undecided);
}

/** Why the watch has ended without a verdict, if it has. */
function undecidedWatch({ journal }: ReleaseContext): string | undefined {
  const { plan, steps } = journal.current;
  const watch = plan.steps.find(({ kind }) => kind === "watch");
  const { verdict, promotedBy } = steps.find(({ name }) => name === watch?.name) ?? {};
  if (verdict?.outcome !== "INSUFFICIENT" || promotedBy !== undefined) return undefined;
  return `too few requests in ${watch?.seconds} s: ${verdict.reason}`;
}

/** Sets what was edited since, and repeats a `pulumi up` that has failed after it had set the route. */
async function bringUpToDate(context: ReleaseContext): Promise<void> {
  const { plan, isUpDue } = context.journal.current;
  const last = plan.steps.at(-1);
  const all = last && plan.kind === "release" ? configAfter(plan, last) : [];
  if (isUpDue) await applyConfig(context, [], all);
  else await revertEdits(context, all);
}

/**
 * Those that have not ended, beginning with the one that was interrupted.
 *
 * @param isTakenBack The balancer has ended what the new color had: the step that gave it is repeated.
 */
export function stepsLeft(
  { plan, steps }: Pick<Journal, "plan" | "steps">,
  isTakenBack: boolean,
): readonly Step[] {
  const last = steps.at(-1);
  if (!last) return plan.steps;
  const at = plan.steps.findIndex(({ name }) => name === last.name);
  const next = last.endedAt === undefined ? at : at + 1;
  const gave = plan.steps.slice(0, at + 1).findLastIndex((step) => grantOf(plan, step));
  return plan.steps.slice(isTakenBack && gave >= 0 ? Math.min(gave, next) : next);
}

/** A deploy does not wait for counters that can't be read: the preflight and the steps report them. */
async function watchedLive({ watchLive, report }: ReleaseContext) {
  return watchLive().catch((error: Error) => {
    report({
      event: "warning",
      text: `The live color is not watched during the deploy: ${error.message}`,
    });
    return undefined;
  });
}

/** Measures the other color alone for a few seconds, to have a baseline after a switch. */
async function judgeWithBaseline(context: ReleaseContext, live?: LiveWatch): Promise<Judging> {
  const made = await context.createJudge().catch((error: Error) => {
    throw new ReleaseFailed("failed", `the release can't be judged: ${error.message}`);
  });
  const judging = { ...made, ...(live && { live }) };
  for (let sample = 0; sample < BASELINE_SAMPLES; sample++) {
    await context.clock.sleep(BASELINE_MS, context.signal).catch(() => undefined);
    throwIfStopped(context);
    // The steps report a source that fails.
    await judging.source.measure(context.signal).then(
      (measured) => judging.judge.add(measured),
      () => undefined,
    );
  }
  return judging;
}

/** Runs a step, with its start and its end in the journal. */
async function journalStep(
  context: ReleaseContext,
  step: Step,
  judging: Judging | undefined,
  live: LiveWatching | undefined,
): Promise<void> {
  const { journal, clock, report } = context;
  throwIfStopped(context);
  // A store that is silent for a while holds up what gives traffic, and does not end a watch.
  const mayWait = step.kind === "watch" && !context.lease.isTaken;
  if (!mayWait) context.lease.check();
  // The retirement shrinks the color that would take the traffic back.
  if (journal.current.plan.kind === "release") {
    if (step.kind === "retire") await context.grants.keep();
    else context.grants.check();
  }
  const beganAt = clock.now();
  const others = journal.current.steps.filter(({ name }) => name !== step.name);
  const begun = { steps: [...others, { name: step.name, beganAt }] };
  await (mayWait ? journal.note(begun) : journal.change(begun));
  report({ event: "began", step: step.name, title: step.title });
  const { note, ...result } = await runStep(context, step, judging, live);
  const endedAt = clock.now();
  await journal.noteStep({ ...result, endedAt });
  report({ event: "ended", step: step.name, seconds: (endedAt - beganAt) / 1000, note });
  // A step that is not judged does not check for an abort itself.
  await readPromotion(context, step);
}
