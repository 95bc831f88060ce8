import * as pulumi from "@pulumi/pulumi";
import { frozenRule } from "../components/frozenRule.ts";
import { observe } from "../components/local/observe.ts";
import { preflight } from "../components/local/preflight.ts";
import { stackNames } from "../lib/naming.ts";
import { planUp } from "../lib/plan.ts";
import type { Settings } from "../lib/settings/types.ts";
import { UserError } from "../lib/userError.ts";
import { EDGE_IMAGE, localStack } from "./local.ts";
import type { StackOutputs } from "./outputs.ts";

/** Looks at what is there, decides what this `up` may do, and builds the stack for the target. */
export async function buildStack(settings: Settings): Promise<StackOutputs> {
  if (settings.target !== "local") {
    throw new UserError(
      `target: must be local in this version, got "${settings.target}". ` +
        `Set it: pulumi config set target local`,
    );
  }
  const names = stackNames(pulumi.getProject(), pulumi.getStack());
  const seen = await observe(names, EDGE_IMAGE);
  const plan = planUp(settings, seen, new Date().toISOString());
  await preflight(settings.edge, EDGE_IMAGE, seen);
  for (const warning of plan.warnings) await pulumi.log.warn(warning);
  return localStack({
    settings,
    plan,
    names,
    hooks: (color) =>
      frozenRule({
        color,
        drainSeconds: settings.drainSeconds,
        allowLiveChange: settings.allowLiveChange,
        ...(plan.real && { real: plan.real }),
        ...(seen.lostTrafficAt[color] !== undefined && {
          lostTrafficAt: seen.lostTrafficAt[color],
        }),
      }),
  });
}
