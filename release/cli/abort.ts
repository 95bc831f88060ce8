import { JournalFile } from "../store/journal.ts";
import { confirm } from "./cliContext.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "abort",
  summary: "Abort a release: the traffic and the config return to what they were before it",
  examples: ["abort --stack prod"],
  flags: (args) => args,
  needsNoFile: true,
  async run(cli) {
    const unfinished = (await JournalFile.open(cli.store)).requireUnfinished();
    const { image, from } = unfinished.plan;
    if (cli.options.dryRun) return EXIT.ok;
    await confirm(cli, `Abort the release of ${image}, and return to ${from}?`);
    const { abortUnfinished } = await import("./unfinishedRelease.ts");
    return abortUnfinished(cli, unfinished);
  },
});
