import type { Step } from "../plan/types.ts";
import type { Outcome } from "../store/journal.ts";
import { UserError } from "../../lib/userError.ts";
import { ReleaseFailed, Paused } from "./endings.ts";
import { finish } from "./finish.ts";
import { rollBack } from "./rollBack.ts";
import type { ReleaseContext, Judging } from "./releaseContext.ts";
import { decided } from "./judgeStep.ts";
import { throwIfStopped } from "./applyConfig.ts";
import { runStep } from "./steps.ts";

const FIRST_LOOKS = 3;
const FIRST_MS = 1000;

const OUTCOME_OF = { release: "released", rollback: "rolled-back", retire: "retired" } as const;

/**
 * Goes on with the release in the journal, from wherever it stands, to its end.
 *
 * @throws Paused where it waits for a person, Stopped where the user has asked to stop; it stays
 *   unfinished then. UserError where it can't even go back.
 */
export async function runRelease(context: ReleaseContext): Promise<Outcome> {
  const { journal } = context;
  const { isUndone, reason = "it was going back before" } = journal.current;
  if (isUndone) return rollBack(context, new ReleaseFailed(outcomeInMind(context), reason));
  if (journal.current.isPaused) await journal.change({ isPaused: false });
  let judging: Judging | undefined;
  try {
    for (const step of stepsLeft(context)) {
      if (isJudged(context) && step.kind !== "deploy") judging ??= await openedJudging(context);
      await oneStep(context, step, judging);
    }
    return await finish(context, OUTCOME_OF[journal.current.plan.kind]);
  } catch (error) {
    if (error instanceof Paused) await journal.change({ isPaused: true });
    if (error instanceof ReleaseFailed) return await rollBack(context, error, judging);
    if (error instanceof UserError) {
      context.lease.check();
      return await rollBack(context, new ReleaseFailed("failed", error.message), judging);
    }
    throw error;
  } finally {
    await judging?.source.close();
  }
}

/** Those that have not ended, the one that was begun first. */
function stepsLeft({ journal }: ReleaseContext): readonly Step[] {
  const { plan, steps } = journal.current;
  const last = steps.at(-1);
  if (!last) return plan.steps;
  const at = plan.steps.findIndex(({ name }) => name === last.name);
  return plan.steps.slice(last.endedAt === undefined ? at : at + 1);
}

/** With a few seconds of the other color alone, to have something to compare with after a switch. */
async function openedJudging(context: ReleaseContext): Promise<Judging> {
  const judging = await context.createJudge().catch((error: Error) => {
    throw new ReleaseFailed("failed", `there is nothing to judge by: ${error.message}`);
  });
  for (let look = 0; look < FIRST_LOOKS; look++) {
    await context.clock.sleep(FIRST_MS, context.signal).catch(() => undefined);
    throwIfStopped(context);
    // A source that does not answer is told of where it is missed.
    await judging.source.look(context.signal).then(
      (measured) => judging.judge.add(measured),
      () => undefined,
    );
  }
  return judging;
}

function isJudged({ journal }: ReleaseContext): boolean {
  const judged = ["canary", "approval", "watch"];
  return journal.current.plan.steps.some(({ kind }) => judged.includes(kind));
}

async function oneStep(
  context: ReleaseContext,
  step: Step,
  judging: Judging | undefined,
): Promise<void> {
  const { journal, clock, report } = context;
  throwIfStopped(context);
  context.lease.check();
  const beganAt = clock.now();
  const others = journal.current.steps.filter(({ name }) => name !== step.name);
  await journal.change({ steps: [...others, { name: step.name, beganAt }] });
  report({ event: "began", step: step.name, title: step.title });
  const { note, ...result } = await runStep(context, step, judging);
  const endedAt = clock.now();
  await journal.changeStep({ ...result, endedAt });
  report({ event: "ended", step: step.name, seconds: (endedAt - beganAt) / 1000, note });
  // Of a step that is not judged nobody else looks whether somebody has aborted meanwhile.
  await decided(context, step);
}

function outcomeInMind({ journal }: ReleaseContext): Outcome {
  return journal.current.goesBackAs ?? "failed";
}
