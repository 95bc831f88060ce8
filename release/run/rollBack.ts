import { describeRoute, sameRoute, takesTraffic } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { ReleasePlan, Step } from "../plan/releasePlan.ts";
import type { Outcome, StepRecord } from "../store/journal.ts";
import { applyConfig } from "./applyConfig.ts";
import type { ReleaseFailed } from "./endings.ts";
import { finish } from "./finish.ts";
import type { Judging, ReleaseContext } from "./releaseContext.ts";
import { saveLastCounts } from "./sampler.ts";

/**
 * Undoes a release: the traffic first, by one command to the balancer, then the config and `pulumi up`.
 * The idle color keeps the new version for inspection, unless the deploy itself has failed.
 *
 * @throws UserError if the balancer or `pulumi up` fails; `resume` tries again.
 */
export async function rollBack(
  context: ReleaseContext,
  { message, outcome }: ReleaseFailed,
  judging?: Judging,
): Promise<Outcome> {
  const { journal, report, lease, hooks } = context;
  const { plan, steps } = journal.current;
  const last = steps.at(-1);
  const step = plan.steps.find(({ name }) => name === last?.name);
  // The route may be restored already: by the judge while pulumi up ran, or before a kill.
  const wasUndone = journal.current.isUndone;
  await journal.change({ isUndone: true, reason: message, goesBackAs: outcome });
  report({ event: "going-back", reason: message });
  if (!last || !step) return finish(context, outcome, message);
  lease.check();
  if (step.kind === "retire" && plan.kind === "release") {
    return finishUnretired(context, step, message);
  }
  if (await isPastNoReturn(context, plan, step)) return keepNewVersion(context, plan, message);
  const hadTraffic = await restoreRoute(context, plan, step);
  if (judging) await saveLastCounts(context, judging);
  if (hadTraffic || wasUndone) await hooks.tryRun("onRollback", journal.current);
  if (!isDeployed(step, last)) await applyConfig(context, step.undo);
  return finish(context, outcome, message);
}

/** A deploy that has succeeded stays. */
function isDeployed({ kind }: Step, { endedAt }: StepRecord): boolean {
  return kind === "deploy" && endedAt !== undefined;
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
  if (settings.activeColor !== plan.to) {
    await applyConfig(context, plan.steps.find(({ kind }) => kind === "switch")?.config ?? []);
  }
  return finish(context, "failed", reason);
}

/** All users keep the new version: only the old color was to shrink. */
async function finishUnretired(
  context: ReleaseContext,
  step: Step,
  message: string,
): Promise<Outcome> {
  const { journal, report } = context;
  const reason = `${journal.current.plan.from} is not retired: ${message}`;
  report({ event: "warning", text: reason });
  await applyConfig(context, step.undo);
  return finish(context, "released", reason);
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
  await route.set(before).catch((error: Error) => {
    throw new UserError(
      `${before.active} can't take the traffic back, so the route stays at ${describeRoute(real)}:\n` +
        `${error.message}\nFix ${before.active}, then: bluegreen resume`,
    );
  });
  return takesTraffic(to, real);
}
