import { describeOutcome } from "../output/describe.ts";
import { JournalFile } from "../store/journal.ts";
import { confirm } from "./cliContext.ts";
import { defineCommand, waitFlag } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "resume",
  summary: "Resume a release whose command was stopped or killed",
  examples: ["resume --stack prod --yes"],
  flags: waitFlag,
  async run(cli, { wait }) {
    const unfinished = (await JournalFile.open(cli.store)).requireUnfinished();
    cli.report({ event: "plan", plan: unfinished.plan });
    if (cli.options.dryRun) return EXIT.ok;
    await confirm(cli, `Resume? ${describeOutcome(unfinished)}.`);
    const { resumeUnfinished } = await import("./unfinishedRelease.ts");
    return resumeUnfinished(cli, wait);
  },
});
