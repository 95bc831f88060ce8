import * as pulumi from "@pulumi/pulumi";
import { frozenRule } from "../components/service/frozenRule.ts";
import type { Color } from "../lib/color.ts";
import { stackNames } from "../lib/naming.ts";
import { laterGeneration } from "../lib/generation.ts";
import { type Observation, recordedGenerations } from "../lib/observation.ts";
import { planUp } from "../lib/plan.ts";
import type { Route } from "../lib/route.ts";
import type { Settings } from "../settings/types.ts";
import type { StackOutputs } from "../components/service/stackOutputs.ts";
import { openTarget } from "./targets.ts";

/** Observes what exists, decides what this `up` may do, and builds the stack for the target. */
export async function buildStack(settings: Settings): Promise<StackOutputs> {
  const names = stackNames(pulumi.getProject(), pulumi.getStack());
  const target = await openTarget(settings, names);
  const seen = await target.observe();
  const plan = planUp(settings, seen, laterGeneration(Date.now(), recordedGenerations(seen)));
  await target.preflight(seen);
  for (const warning of plan.warnings) await pulumi.log.warn(warning);
  return target.build({ settings, plan, names, hooks: frozenHooks(settings, seen, plan.real) });
}

/** One pair of hooks for each deployed color: the engine identifies hooks by name. */
function frozenHooks(
  settings: Settings,
  seen: Observation,
  real: Route | undefined,
): (color: Color) => pulumi.ResourceHookBinding {
  const made = new Map<Color, pulumi.ResourceHookBinding>();
  return (color) => {
    const lostTrafficAt = seen.lostTrafficAt[color];
    const hooks =
      made.get(color) ??
      frozenRule({
        color,
        drainSeconds: settings.drainSeconds,
        allowLiveChange: settings.allowLiveChange,
        ...(real && { real }),
        ...(lostTrafficAt !== undefined && { lostTrafficAt }),
      });
    made.set(color, hooks);
    return hooks;
  };
}
