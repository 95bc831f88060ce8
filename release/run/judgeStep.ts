import type { Verdict } from "../judge/types.ts";
import type { Step } from "../plan/releasePlan.ts";
import { readDecision } from "../store/decision.ts";
import { throwIfStopped } from "./applyConfig.ts";
import { ReleaseFailed } from "./endings.ts";
import type { Judging, ReleaseContext } from "./releaseContext.ts";
import { restoreRoute } from "./rollBack.ts";
import { Sampler } from "./sampler.ts";

const SAMPLE_MS = 1000;
const UNRENEWED =
  "The store does not answer, so the lock is not renewed: the release is still judged, and waits.";

const UNSEEN = "Whether the app's containers were restarted could not be seen on";

/** How a judged step has ended. */
export interface Judged {
  readonly verdict: Verdict;
  /** The person who promoted it, if one did. */
  readonly promotedBy?: string;
}

/** The progress of a judged step. */
export interface Progress {
  readonly verdict: Verdict;
  /** Since the step's work was done. */
  readonly seconds: number;
  /** That the new color has answered in this step. */
  readonly requests: number;
}

export interface JudgedStep {
  readonly step: Step;
  /** Of the new color, for a PASS. */
  readonly minRequests: number;
  /** What gives the color its traffic. Judged while it runs: users arrive before it ends. */
  readonly work: () => Promise<void>;
  readonly isOver: (progress: Progress) => boolean;
}

/**
 * Judges once a second, until `isOver` returns true or a person promotes.
 *
 * @throws ReleaseFailed on the verdict FAIL, or an abort. Whatever the work throws.
 */
export async function judgeStep(
  context: ReleaseContext,
  { source, judge, restarts, live }: Judging,
  { step, minRequests, work, isOver }: JudgedStep,
): Promise<Judged> {
  const { clock, journal, report, signal } = context;
  judge.beginStep(minRequests);
  // From the switch on, it has no traffic of its own.
  const watched = step.kind === "canary" || step.kind === "approval" ? live : undefined;
  const sampler = new Sampler(context, source, judge, watched);
  let endedAt: number | undefined;
  let wasHeld = true;
  const working = work();
  // An error of the work is thrown by `await working` below.
  const settled = working.then(
    () => (endedAt = clock.elapsed()),
    () => (endedAt = clock.elapsed()),
  );
  for (;;) {
    await clock.sleep(SAMPLE_MS, signal).catch(() => undefined);
    if (signal.aborted) await settled;
    throwIfStopped(context);
    // While the store does not answer, judging goes on: only a lock that is held may give traffic.
    if (context.lease.isTaken) context.lease.check();
    restarts.poll();
    const sampled = await sampler.sample();
    const crash = restarts.problem ?? watched?.problem(false);
    const verdict = crash === undefined ? sampled : failed(sampled, crash);
    report({ event: "verdict", step: step.name, verdict });
    if (verdict.outcome === "FAIL") {
      // Not awaited: taking the traffic away does not wait for the store. Later writes bring what this one can't.
      void sampler.saveCounts().catch(() => undefined);
      void journal.changeStep({ verdict }).catch(() => undefined);
      const failure = new ReleaseFailed("rolled-back", verdict.reason);
      if (endedAt === undefined) await restoreRouteDuringUp(context, step, failure, settled);
      throw failure;
    }
    if (endedAt === undefined) continue;
    await working;
    context.grants.check();
    const { isHeld } = context.lease;
    if (wasHeld && !isHeld) report({ event: "warning", text: UNRENEWED });
    wasHeld = isHeld;
    if (!isHeld) continue;
    const promotedBy = await readPromotion(context, step);
    const seconds = (clock.elapsed() - endedAt) / 1000;
    const progress = { verdict, seconds, requests: sampler.requests };
    if (promotedBy === undefined && !isOver(progress)) continue;
    const unseen = await restarts.look();
    // The next round fails.
    if (restarts.problem !== undefined) continue;
    if (unseen !== "") report({ event: "warning", text: `${UNSEEN} ${unseen}` });
    await sampler.saveCounts();
    return { verdict, ...(promotedBy !== undefined && { promotedBy }) };
  }
}

function failed({ numbers }: Verdict, reason: string): Verdict {
  return { outcome: "FAIL", reason, numbers };
}

/**
 * Users were judged, so `pulumi up` has set the route and does not set it again. It must end before the
 * config can be restored.
 */
async function restoreRouteDuringUp(
  context: ReleaseContext,
  step: Step,
  { outcome, message }: ReleaseFailed,
  settled: Promise<unknown>,
): Promise<void> {
  const { plan } = context.journal.current;
  if (plan.oneWay === undefined || step.kind !== "switch") {
    await restoreRoute(context, plan, step);
    const undone = { isUndone: true, reason: message, goesBackAs: outcome };
    await context.journal.note(undone);
  }
  await settled;
}

/**
 * The person who has promoted the step, if one has.
 *
 * @throws ReleaseFailed if the release was aborted.
 */
export async function readPromotion(
  { store, journal }: ReleaseContext,
  step: Step,
): Promise<string | undefined> {
  // A store that fails once may answer the next time.
  const decision = await readDecision(store, journal.current.plan.id, step.name).catch(
    () => undefined,
  );
  if (decision?.word === "abort") throw new ReleaseFailed("aborted", `aborted by ${decision.by}`);
  return decision?.by;
}
