import { UserError } from "../../lib/userError.ts";
import { JournalFile } from "../store/journal.ts";
import { confirm } from "./cliContext.ts";
import { defineCommand, waitFlag } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "promote",
  summary: "Continue a release that waits for a person",
  examples: ["promote --stack prod --yes"],
  flags: waitFlag,
  async run(cli, { wait }) {
    const { steps, plan } = (await JournalFile.open(cli.store)).requireUnfinished();
    const step = steps.at(-1)?.name ?? "";
    const kind = plan.steps.find(({ name }) => name === step)?.kind;
    if (kind !== "canary" && kind !== "approval") {
      throw new UserError(
        `No step waits for promotion: the release is at ${step || "its start"}. ` +
          "Show its progress: bluegreen status",
      );
    }
    if (cli.options.dryRun) return EXIT.ok;
    await confirm(cli, `Promote ${plan.image} from ${step}?`);
    const decision = { release: plan.id, word: "promote", step, by: cli.by } as const;
    const { promoteUnfinished } = await import("./unfinishedRelease.ts");
    return promoteUnfinished(cli, decision, wait);
  },
});
