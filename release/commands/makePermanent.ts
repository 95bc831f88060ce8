import type { Color } from "../../lib/color.ts";
import { planRollback } from "../plan/shortPlans.ts";
import { Refused } from "../refused.ts";
import type { Journal } from "../store/journal.ts";
import { type Heavy, heavyContext } from "./heavy.ts";
import type { Light } from "./light.ts";
import { newId } from "./newId.ts";
import { emergencyRoute, tellRouted } from "./rollback.ts";
import { begin, goOn, underLock } from "./underLock.ts";
import { decide, resume } from "./underWay.ts";

export interface RollbackArgs {
  readonly to: Color;
  readonly isNow: boolean;
  /** Whether the balancer does it already. */
  readonly isRouted: boolean;
  readonly unfinished: Journal | undefined;
}

/** Brings config and state to where the traffic is to be, or is already. */
export async function makePermanent(
  light: Light,
  { to, isNow, isRouted, unfinished }: RollbackArgs,
): Promise<number> {
  const heavy = await heavyContext(light);
  if (isNow && !isRouted) await routeInCloud(light, heavy, to);
  if (unfinished?.plan.kind === "rollback") return resume(light, 0);
  if (unfinished) {
    const { plan, steps } = unfinished;
    const step = steps.at(-1)?.name ?? "";
    const code = await decide(light, { release: plan.id, word: "abort", step, by: light.by }, 0);
    if (plan.kind === "release") return code;
  }
  if (!isNow) await refuseDead(heavy, to);
  const plan = planRollback(heavy.settings, to, { id: newId(), stack: light.stack }, isNow);
  return underLock(light, heavy, `rollback to ${to}`, 0, async (ground) => {
    if (ground.journal.unfinished) throw new Refused("A release has begun meanwhile.");
    await begin(ground, plan, {});
    return goOn(ground);
  });
}

async function routeInCloud(light: Light, { route }: Heavy, to: Color): Promise<void> {
  const started = performance.now();
  await route.set(emergencyRoute(light, to));
  tellRouted(light, to, started);
}

/** The gate would find out as well, after a while. */
async function refuseDead({ observe }: Heavy, to: Color): Promise<void> {
  const { containers } = await observe();
  if (containers.some(({ color, isRunning }) => color === to && isRunning)) return;
  throw new Refused(
    `There is nothing to go back to: no container of ${to} runs. Bring it back: pulumi up. ` +
      "Or release a version that mends it: bluegreen release --image …",
  );
}
