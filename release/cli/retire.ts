import { newPlanId } from "../plan/releasePlan.ts";
import { planRetirement } from "../plan/singleStepPlans.ts";
import { JournalFile } from "../store/journal.ts";
import { confirm } from "./cliContext.ts";
import { defineCommand, openStack } from "./command.ts";
import { EXIT, Refused } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "retire",
  summary: "Shrink the idle color to release.idleCount",
  example: "retire --stack prod",
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
    const plan = planRetirement(stackContext.settings, last, identity, Date.now());
    cli.report({ event: "plan", plan });
    if (cli.options.dryRun) return EXIT.ok;
    await confirm(cli, "Shrink the idle color?");
    const { runPlan } = await import("./withLock.ts");
    return runPlan(cli, stackContext, { plan, doing: "retire" });
  },
});
