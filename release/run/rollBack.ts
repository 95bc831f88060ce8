import { describeRoute, sameRoute, takesTraffic } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { ReleasePlan, Step } from "../plan/types.ts";
import type { Outcome, StepRecord } from "../store/journal.ts";
import type { ReleaseFailed } from "./endings.ts";
import { finish } from "./finish.ts";
import type { ReleaseContext, Judging } from "./releaseContext.ts";
import { noteLast } from "./sampler.ts";
import { applyConfig } from "./applyConfig.ts";

/**
 * Ends a release that has begun: the traffic first, by one command to the balancer, then the config and
 * `pulumi up`. What the idle color has got stays there for a look, unless the deploy itself has failed.
 *
 * @throws UserError where the balancer or `pulumi up` does not do it; `resume` tries again.
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
  // The traffic may be back already: where a judge said so while pulumi up worked, or before a kill.
  const wasUndone = journal.current.isUndone;
  await journal.change({ isUndone: true, reason: message, goesBackAs: outcome });
  report({ event: "going-back", reason: message });
  if (!last || !step) return finish(context, outcome, message);
  lease.check();
  if (step.kind === "retire" && plan.kind === "release") return staysWhole(context, step, message);
  if (await isTooLate(context, plan, step)) return stays(context, plan, message);
  const hadTraffic = await routeBack(context, plan, step);
  if (judging) await noteLast(context, judging);
  if (hadTraffic || wasUndone) await hooks.tryRun("onRollback", journal.current);
  if (!isLeftAsItIs(step, last)) await applyConfig(context, step.undo);
  return finish(context, outcome, message);
}

/** A deploy that has ended is no reason to deploy again. */
function isLeftAsItIs({ kind }: Step, { endedAt }: StepRecord): boolean {
  return kind === "deploy" && endedAt !== undefined;
}

/** Users have met a version from which there is no way back. */
async function isTooLate(
  { route }: ReleaseContext,
  plan: ReleasePlan,
  step: Step,
): Promise<boolean> {
  if (plan.oneWay === undefined || (step.kind !== "switch" && step.kind !== "watch")) return false;
  return (await route.look()).active === plan.to;
}

/** It has gone wrong, and stays all the same. */
async function stays(
  context: ReleaseContext,
  plan: ReleasePlan,
  message: string,
): Promise<Outcome> {
  const { settings } = context;
  const reason = `${message}; ${plan.to} keeps the traffic, since there is no way back: ${plan.oneWay}`;
  // A switch that was ended half-way is brought to its end, so that the config says what is true.
  if (settings.activeColor !== plan.to) {
    await applyConfig(context, plan.steps.find(({ kind }) => kind === "switch")?.config ?? []);
  }
  return finish(context, "failed", reason);
}

/** All users have the new version by then, and keep it: only the old color was to shrink. */
async function staysWhole(context: ReleaseContext, step: Step, message: string): Promise<Outcome> {
  const { journal, report } = context;
  const reason = `${journal.current.plan.from} is not retired: ${message}`;
  report({ event: "warning", text: reason });
  await applyConfig(context, step.undo);
  return finish(context, "released", reason);
}

/** @returns whether users had met the new color. */
export async function routeBack(
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
      `${before.active} can't have the traffic back, so ${describeRoute(real)} stays as it is:\n` +
        `${error.message}\nMend ${before.active}, then: bluegreen resume`,
    );
  });
  return takesTraffic(to, real);
}
