import type { Verdict } from "../judgement/types.ts";
import type { Step } from "../plan/types.ts";
import { readDecision } from "../store/decision.ts";
import { GoBack } from "./endings.ts";
import { routeBack } from "./goBack.ts";
import type { Ground, Judging } from "./ground.ts";
import { Looks } from "./looks.ts";
import { checkGoesOn } from "./makeSo.ts";

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
 * @throws GoBack where the verdict is FAIL, or somebody aborts. What the work throws.
 */
export async function judgeUntil(
  ground: Ground,
  { source, judge }: Judging,
  { step, minRequests, work, isOver }: JudgedStep,
): Promise<Judged> {
  const { clock, journal, report, signal } = ground;
  judge.beginStep(minRequests);
  const looks = new Looks(ground, source, judge);
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
    checkGoesOn(ground);
    ground.lease.check();
    const verdict = await looks.look();
    report({ event: "verdict", step: step.name, verdict });
    if (verdict.outcome === "FAIL") {
      await looks.note();
      await journal.changeStep({ verdict });
      const end = new GoBack("rolled-back", verdict.reason);
      if (endedAt === undefined) await backAtOnce(ground, step, end, settled);
      throw end;
    }
    if (endedAt === undefined) continue;
    await working;
    const promotedBy = await decided(ground, step);
    const seconds = (clock.elapsed() - endedAt) / 1000;
    if (promotedBy === undefined && !isOver({ verdict, seconds, requests: looks.requests }))
      continue;
    await looks.note();
    return { verdict, ...(promotedBy !== undefined && { promotedBy }) };
  }
}

/**
 * The route is set by then, or there were no users to judge by: what is left of `pulumi up` does not set
 * it again. It is waited for all the same, since the config can't be put back under it.
 */
async function backAtOnce(
  ground: Ground,
  step: Step,
  { outcome, message }: GoBack,
  settled: Promise<unknown>,
): Promise<void> {
  const { plan } = ground.journal.current;
  if (plan.oneWay === undefined || step.kind !== "switch") {
    await ground.journal.change({ isUndone: true, reason: message, goesBackAs: outcome });
    await routeBack(ground, plan, step);
  }
  await settled;
}

/**
 * Who has promoted the step, if anybody.
 *
 * @throws GoBack where somebody has aborted the release.
 */
export async function decided({ store, journal }: Ground, step: Step): Promise<string | undefined> {
  // A store that does not answer once may do so the next time.
  const decision = await readDecision(store, journal.current.plan.id, step.name).catch(
    () => undefined,
  );
  if (decision?.word === "abort") throw new GoBack("aborted", `aborted by ${decision.by}`);
  return decision?.by;
}
