import { describeRoute, sameRoute, takesTraffic } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import { configAfter, configRolledBack, type ReleasePlan, type Step } from "../plan/releasePlan.ts";
import { type Journal, type Outcome, OvertakenError } from "../store/journal.ts";
import { applyConfig, clearStateLock, revertEdits } from "./applyConfig.ts";
import type { ReleaseFailed } from "./endings.ts";
import { finish } from "./finish.ts";
import type { Judging, ReleaseContext } from "./releaseContext.ts";
import { saveLastCounts } from "./sampler.ts";

/** Pauses between the tries to record that the traffic has moved back: three minutes in all. */
const RECORD_PAUSES_MS = [1, 2, 4, 8, 15, 30, 60, 60].map((seconds) => seconds * 1000);

/**
 * Undoes a release: the traffic first, by one command to the balancer, then the journal, the config and
 * `pulumi up`. Moving the traffic back needs neither the store nor the lock. The idle color keeps the new
 * version for inspection, unless the deploy itself has failed.
 *
 * @throws UserError if the balancer, the store or `pulumi up` fails; `resume` or `abort` tries again.
 */
export async function rollBack(
  context: ReleaseContext,
  { message, outcome }: ReleaseFailed,
  judging?: Judging,
): Promise<Outcome> {
  const { journal, report, hooks, lease } = context;
  const { plan, steps, isUndone: wasUndone } = journal.current;
  const last = steps.at(-1);
  const step = plan.steps.find(({ name }) => name === last?.name);
  report({ event: "going-back", reason: message });
  const undone = { isUndone: true, reason: message, goesBackAs: outcome };
  if (!last || !step || (step.kind === "retire" && plan.kind === "release")) {
    await journal.change(undone);
    lease.check();
    if (last && step) return finishUnretired(context, step, message);
    return finish(context, outcome, plan.before, message);
  }
  if (await isPastNoReturn(context, plan, step)) {
    await journal.change(undone);
    lease.check();
    return keepNewVersion(context, plan, message);
  }
  // The route may be restored already: by the judge while pulumi up ran, or before a kill.
  const hadTraffic = await restoreRoute(context, plan, step);
  await recordUndone(context, undone);
  if (judging) await saveLastCounts(context, judging);
  if (hadTraffic || wasUndone) await hooks.tryRun("onRollback", journal.current);
  // An engine that was killed has left its lock.
  await clearStateLock(context);
  if (plan.kind === "release") {
    const isDeployed = last.endedAt !== undefined || step.kind !== "deploy";
    const all = configRolledBack(plan, isDeployed);
    if (isDeployed && step.kind === "deploy") await revertEdits(context, all);
    else await applyConfig(context, step.undo, all);
  } else {
    await applyConfig(context, step.undo);
  }
  return finish(context, outcome, plan.kind === "rollback" ? undefined : plan.before, message);
}

/** @throws UserError if the store does not answer in time, or another command has taken over. */
async function recordUndone(context: ReleaseContext, undone: Partial<Journal>): Promise<void> {
  const { journal, lease, clock, report, signal } = context;
  for (let tried = 0; ; tried++) {
    try {
      await journal.change(undone);
      await lease.renew();
      return lease.check();
    } catch (error) {
      const pause = RECORD_PAUSES_MS[tried];
      if (error instanceof OvertakenError || lease.isTaken || signal.aborted) throw error;
      const { message } = error as Error;
      if (pause === undefined) throw unrecorded(journal.current.plan, message);
      if (tried === 0) report({ event: "warning", text: `Can't record this yet: ${message}` });
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  }
}

function unrecorded({ kind, from }: ReleasePlan, problem: string): UserError {
  const fact = kind === "release" ? `${from} has all traffic` : `The ${kind} has failed`;
  return new UserError(
    `${fact}. This could not be recorded, so the config is not restored: ${problem}\n` +
      "Once the store answers: bluegreen abort",
  );
}

/** Whether users have seen a version that can't be rolled back. */
async function isPastNoReturn(
  { route }: ReleaseContext,
  plan: ReleasePlan,
  step: Step,
): Promise<boolean> {
  if (plan.oneWay === undefined || (step.kind !== "switch" && step.kind !== "watch")) return false;
  return (await route.look()).active === plan.to;
}

/** The release has failed, and can't be rolled back. */
async function keepNewVersion(
  context: ReleaseContext,
  plan: ReleasePlan,
  message: string,
): Promise<Outcome> {
  const { settings } = context;
  const reason = `${message}; ${plan.to} keeps the traffic, since the release is one-way: ${plan.oneWay}`;
  // An interrupted switch is completed, so that the config matches the route.
  const step = plan.steps.find(({ kind }) => kind === "switch");
  if (step && settings.activeColor !== plan.to) {
    await applyConfig(context, step.config, configAfter(plan, step));
  }
  return finish(context, "failed", { ...plan.before, active: plan.to }, reason);
}

/** All users keep the new version: only the old color was to shrink. */
async function finishUnretired(
  context: ReleaseContext,
  step: Step,
  message: string,
): Promise<Outcome> {
  const { journal, report } = context;
  const { plan } = journal.current;
  const reason = `${plan.from} is not retired: ${message}`;
  report({ event: "warning", text: reason });
  await applyConfig(context, step.undo).catch((error: unknown) => {
    if (!(error instanceof UserError) || context.lease.isTaken) throw error;
    report({ event: "warning", text: `Run pulumi up: ${error.message}` });
  });
  return finish(context, "released", { ...plan.before, active: plan.to }, reason);
}

/** @returns whether users had reached the new color. */
export async function restoreRoute(
  { route, report }: ReleaseContext,
  { before, to, kind }: ReleasePlan,
  step: Step,
): Promise<boolean> {
  if (step.kind === "retire" || kind === "rollback") return false;
  const real = await route.look();
  if (sameRoute(real, before)) return false;
  report({ event: "command", command: `set-route ${describeRoute(before)}` });
  const unrecorded = await route.set(before).catch((error: Error) => {
    throw new UserError(
      `${before.active} can't take the traffic back, so the route stays at ${describeRoute(real)}:\n` +
        `${error.message}\nFix ${before.active}, then: bluegreen resume`,
    );
  });
  for (const text of unrecorded) report({ event: "warning", text });
  return takesTraffic(to, real);
}
