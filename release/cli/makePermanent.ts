import type { Color } from "../../lib/color.ts";
import { planRollback } from "../plan/shortPlans.ts";
import { Refused } from "./refused.ts";
import type { Journal } from "../store/journal.ts";
import { type StackContext, openStackContext } from "./stackContext.ts";
import type { CliContext } from "./cliContext.ts";
import { newId } from "./newId.ts";
import { emergencyRoute, tellRouted } from "./rollback.ts";
import { begin, goOn, withLock } from "./withLock.ts";
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
  cli: CliContext,
  { to, isNow, isRouted, unfinished }: RollbackArgs,
): Promise<number> {
  const stackContext = await openStackContext(cli);
  if (isNow && !isRouted) await routeInCloud(cli, stackContext, to);
  if (unfinished?.plan.kind === "rollback") return resume(cli, 0);
  if (unfinished) {
    const { plan, steps } = unfinished;
    const step = steps.at(-1)?.name ?? "";
    const code = await decide(cli, { release: plan.id, word: "abort", step, by: cli.by }, 0);
    if (plan.kind === "release") return code;
  }
  if (!isNow) await refuseDead(stackContext, to);
  const plan = planRollback(stackContext.settings, to, { id: newId(), stack: cli.stack }, isNow);
  return withLock(cli, stackContext, `rollback to ${to}`, 0, async (context) => {
    if (context.journal.unfinished) throw new Refused("A release has begun meanwhile.");
    await begin(context, plan, {});
    return goOn(context);
  });
}

async function routeInCloud(cli: CliContext, { route }: StackContext, to: Color): Promise<void> {
  const started = performance.now();
  await route.set(emergencyRoute(cli, to));
  tellRouted(cli, to, started);
}

/** The gate would find out as well, after a while. */
async function refuseDead({ observe }: StackContext, to: Color): Promise<void> {
  const { containers } = await observe();
  if (containers.some(({ color, isRunning }) => color === to && isRunning)) return;
  throw new Refused(
    `There is nothing to go back to: no container of ${to} runs. Bring it back: pulumi up. ` +
      "Or release a version that mends it: bluegreen release --image …",
  );
}
