import * as pulumi from "@pulumi/pulumi";
import {
  deployedColors,
  describeKept,
  type KeptColors,
  keptColors,
  withKept,
} from "../components/service/deployedSettings.ts";
import { frozenRule } from "../components/service/frozenRule.ts";
import { requireCosign } from "../components/service/imageSignature.ts";
import { keepSecret, keepSecretInputs } from "../components/service/keepSecrets.ts";
import type { Color } from "../lib/color.ts";
import { registryPull } from "../components/service/registryPull.ts";
import { stackNames } from "../lib/naming.ts";
import { laterGeneration } from "../lib/generation.ts";
import { type Observation, recordedGenerations } from "../lib/observation.ts";
import { planUp } from "../lib/plan.ts";
import { type Route, takesTraffic } from "../lib/route.ts";
import { UserError } from "../lib/userError.ts";
import type { Settings } from "../settings/types.ts";
import type { StackOutputs } from "../components/service/stackOutputs.ts";
import { openTarget } from "./targets.ts";

/** Observes what exists, decides what this `up` may do, and builds the stack for the target. */
export async function buildStack(settings: Settings): Promise<StackOutputs> {
  try {
    return await build(settings);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(settings.secrets.mask(error.message));
    throw error;
  }
}

async function build(settings: Settings): Promise<StackOutputs> {
  const { secrets } = settings;
  keepSecretInputs(secrets);
  const names = stackNames(pulumi.getProject(), pulumi.getStack());
  const target = await openTarget(settings, names);
  const seen = await target.observe();
  const plan = planUp(settings, seen, laterGeneration(Date.now(), recordedGenerations(seen)));
  await target.preflight(seen);
  if (settings.cosignKey !== undefined) await requireCosign();
  for (const warning of plan.warnings) await pulumi.log.warn(secrets.mask(warning));
  const kept = keptColors(settings, seen, plan.real);
  for (const one of Object.values(kept)) {
    const isLive = plan.real !== undefined && takesTraffic(one.color, plan.real);
    await pulumi.log.info(secrets.mask(describeKept(one, isLive)));
  }
  const outputs = await target.build({
    settings: withKept(settings, kept),
    deployed: deployedColors(settings, seen, plan, kept),
    hooks: frozenHooks(settings, seen, plan.real, kept),
    ...(settings.registry && { pull: registryPull(settings.registry) }),
    ...{ kept, plan, names },
  });
  return keepSecret(outputs as StackOutputs & Record<string, unknown>, secrets);
}

/** One pair of hooks for each deployed color: the engine identifies hooks by name. */
function frozenHooks(
  settings: Settings,
  seen: Observation,
  real: Route | undefined,
  kept: KeptColors,
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
        ...(kept[color] && { kept: kept[color] }),
        ...(lostTrafficAt !== undefined && { lostTrafficAt }),
      });
    made.set(color, hooks);
    return hooks;
  };
}
