import { EXIT } from "./exitCodes.ts";
import { planRetirement } from "../plan/shortPlans.ts";
import { Refused } from "./refused.ts";
import { JournalFile } from "../store/journal.ts";
import { confirm } from "./confirm.ts";
import { openStackContext } from "./stackContext.ts";
import type { CliContext } from "./cliContext.ts";
import { newId } from "./newId.ts";
import { begin, goOn, withLock } from "./withLock.ts";

/** `bluegreen retire`: shrinks the idle color to `release.idleCount`. */
export async function retire(cli: CliContext): Promise<number> {
  const { last, unfinished } = await JournalFile.open(cli.store);
  if (unfinished) {
    throw new Refused(
      "A release has not ended, and may need the idle color. See: bluegreen status",
    );
  }
  const stackContext = await openStackContext(cli);
  const named = { id: newId(), stack: cli.stack };
  const plan = planRetirement(stackContext.settings, last, named, Date.now());
  cli.report({ event: "plan", plan });
  if (cli.options.dryRun) return EXIT.ok;
  await confirm(cli, "Shrink the idle color?");
  return withLock(cli, stackContext, "retire", 0, async (context) => {
    if (context.journal.unfinished) throw new Refused("A release has begun meanwhile.");
    await begin(context, plan, {});
    return goOn(context);
  });
}
