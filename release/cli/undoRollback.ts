import { digestsOf } from "../plan/digests.ts";
import { newPlanId } from "../plan/releasePlan.ts";
import { planUndo } from "../plan/singleStepPlans.ts";
import { JournalFile } from "../store/journal.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { openStack } from "./command.ts";
import { EXIT } from "./exitCodes.ts";
import { refusal, refuseSecond, runPreflight } from "./releaseChecks.ts";
import { refuseStateLock } from "./waitForLocks.ts";

/** `rollback --undo` */
export async function undoRollback(cli: CliContext): Promise<number> {
  await refuseSecond(cli);
  const stackContext = await openStack(cli);
  const { settings, outputs } = stackContext;
  const { last } = await JournalFile.open(cli.store);
  const identity = { id: newPlanId(), stack: cli.stack };
  const plan = planUndo(settings, last, digestsOf(outputs), identity);
  cli.report({ event: "plan", plan });
  if (cli.options.dryRun) return EXIT.ok;
  await confirm(cli, `Release ${plan.image} again to the users of ${cli.stack}?`);
  const { runPlan } = await import("./withLock.ts");
  return runPlan(cli, stackContext, {
    plan,
    doing: `rollback --undo, to ${plan.to}`,
    check: async () => {
      await refuseStateLock(cli);
      const problems = await runPreflight(stackContext, plan, {});
      if (problems.length > 0) throw refusal(problems);
    },
  });
}
