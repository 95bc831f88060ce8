import type { Verdict } from "../judge/types.ts";
import type { Step } from "../plan/types.ts";
import { readDecision } from "../store/decision.ts";
import { ReleaseFailed } from "./endings.ts";
import { routeBack } from "./rollBack.ts";
import type { ReleaseContext, Judging } from "./releaseContext.ts";
import { Sampler } from "./sampler.ts";
import { throwIfStopped } from "./applyConfig.ts";

const LOOK_MS = 1000;

/** How a time of judging has ended. */
export interface Judged {
  readonly verdict: Verdict;
  /** Who sent it on, where a person did. */
  readonly promotedBy?: string;
}

/** What is known of a step that is judged, at one moment. */
export interface Moment {
  readonly verdict: Verdict;
  /** Since what the step does was done. */
  readonly seconds: number;
  /** That the new color has answered in this step. */
  readonly requests: number;
}

export interface JudgedStep {
  readonly step: Step;
  /** Of the new color, for a PASS. */
  readonly minRequests: number;
  /** What gives the color its traffic. It is judged meanwhile already: users are there before it ends. */
  readonly work: () => Promise<void>;
  readonly isOver: (moment: Moment) => boolean;
}

/**
 * Judges once a second, until `isOver` says so or a person promotes.
 *
 * @throws ReleaseFailed where the verdict is FAIL, or somebody aborts. What the work throws.
 */
export async function judgeStep(
  context: ReleaseContext,
  { source, judge }: Judging,
  { step, minRequests, work, isOver }: JudgedStep,
): Promise<Judged> {
  const { clock, journal, report, signal } = context;
  judge.beginStep(minRequests);
  const sampler = new Sampler(context, source, judge);
  let endedAt: number | undefined;
  const working = work();
  // Its failure is thrown below, once it has ended.
  const settled = working.then(
    () => (endedAt = clock.elapsed()),
    () => (endedAt = clock.elapsed()),
  );
  for (;;) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    if (signal.aborted) await settled;
    throwIfStopped(context);
    context.lease.check();
    const verdict = await sampler.look();
    report({ event: "verdict", step: step.name, verdict });
    if (verdict.outcome === "FAIL") {
      await sampler.note();
      await journal.changeStep({ verdict });
      const end = new ReleaseFailed("rolled-back", verdict.reason);
      if (endedAt === undefined) await routeBackNow(context, step, end, settled);
      throw end;
    }
    if (endedAt === undefined) continue;
    await working;
    const promotedBy = await decided(context, step);
    const seconds = (clock.elapsed() - endedAt) / 1000;
    if (promotedBy === undefined && !isOver({ verdict, seconds, requests: sampler.requests }))
      continue;
    await sampler.note();
    return { verdict, ...(promotedBy !== undefined && { promotedBy }) };
  }
}

/**
 * The route is set by then, or there were no users to judge by: what is left of `pulumi up` does not set
 * it again. It is waited for all the same, since the config can't be put back under it.
 */
async function routeBackNow(
  context: ReleaseContext,
  step: Step,
  { outcome, message }: ReleaseFailed,
  settled: Promise<unknown>,
): Promise<void> {
  const { plan } = context.journal.current;
  if (plan.oneWay === undefined || step.kind !== "switch") {
    await context.journal.change({ isUndone: true, reason: message, goesBackAs: outcome });
    await routeBack(context, plan, step);
  }
  await settled;
}

/**
 * Who has promoted the step, if anybody.
 *
 * @throws ReleaseFailed where somebody has aborted the release.
 */
export async function decided(
  { store, journal }: ReleaseContext,
  step: Step,
): Promise<string | undefined> {
  // A store that does not answer once may do so the next time.
  const decision = await readDecision(store, journal.current.plan.id, step.name).catch(
    () => undefined,
  );
  if (decision?.word === "abort") throw new ReleaseFailed("aborted", `aborted by ${decision.by}`);
  return decision?.by;
}
