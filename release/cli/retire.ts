import { describeKept, keptColors } from "../../components/service/deployedSettings.ts";
import { otherColor } from "../../lib/color.ts";
import type { Observation } from "../../lib/observation.ts";
import { wantedRoute } from "../../lib/plan.ts";
import type { Settings } from "../../settings/types.ts";
import { digestsOf } from "../plan/digests.ts";
import { newPlanId } from "../plan/releasePlan.ts";
import { planRetirement } from "../plan/singleStepPlans.ts";
import { JournalFile } from "../store/journal.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { defineCommand, openStack } from "./command.ts";
import { EXIT, Refused } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "retire",
  summary: "Shrink the idle color to release.idleCount",
  examples: ["retire --stack prod"],
  flags: (args) => args,
  async run(cli) {
    const { last, unfinished } = await JournalFile.open(cli.store);
    if (unfinished) {
      throw new Refused(
        "A release is in progress and may need the idle color. Show it: bluegreen status",
      );
    }
    const stackContext = await openStack(cli);
    const identity = { id: newPlanId(), stack: cli.stack };
    const { settings, outputs, observe } = stackContext;
    const plan = planRetirement(settings, last, digestsOf(outputs), identity, Date.now());
    cli.report({ event: "plan", plan });
    if (settings.release.idleCount === 0) warnOfLostSettings(cli, settings, await observe());
    if (cli.options.dryRun) return EXIT.ok;
    await confirm(cli, "Shrink the idle color?");
    const { runPlan } = await import("./withLock.ts");
    return runPlan(cli, stackContext, { plan, doing: "retire" });
  },
});

/** A color's settings are kept with its containers. */
function warnOfLostSettings(cli: CliContext, settings: Settings, seen: Observation): void {
  const kept = keptColors(settings, seen, wantedRoute(settings))[otherColor(settings.activeColor)];
  if (!kept) return;
  const text = `${describeKept(kept, false)}. These go with its containers: a rollback then gives it the config's`;
  cli.report({ event: "warning", text });
}
