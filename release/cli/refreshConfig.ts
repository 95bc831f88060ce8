import type { Color } from "../../lib/color.ts";
import { describeOutcome } from "../output/describe.ts";
import { configCommand } from "../plan/releasePlan.ts";
import { staleConfig } from "../plan/staleConfig.ts";
import { JournalFile } from "../store/journal.ts";
import type { CliContext } from "./cliContext.ts";
import { defineCommand, openStack } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

/** For a checkout whose stack file predates the last releases. Changes that file only, so needs no confirmation. */
export const command = defineCommand({
  usage: "refresh-config",
  summary: "Update the stack file with what releases have set, from the last update that succeeded",
  examples: ["refresh-config --stack prod"],
  flags: (args) => args,
  async run(cli) {
    const { options, project, report, screen, stack, values } = cli;
    const { Engine } = await import("../engine/engine.ts");
    const engine = await Engine.open(project, stack);
    const last = (await engine.updates()).lastConfig();
    const changes = last ? staleConfig(last, values, await activeColor(cli)) : [];
    for (const change of changes) report({ event: "command", command: configCommand(change) });
    if (changes.length === 0) {
      const why = last ? "matches the last update" : "is unchanged: the stack has no update yet";
      screen.print(`Pulumi.${stack}.yaml ${why}.`);
    }
    if (!options.dryRun) await engine.set(changes);
    await warnOfRelease(cli);
    return EXIT.ok;
  },
});

/** As the balancer has it; undefined if it can't be asked. */
async function activeColor(cli: CliContext): Promise<Color | undefined> {
  try {
    return (await (await openStack(cli)).route.look()).active;
  } catch (error) {
    const text = `The balancer was not asked: ${(error as Error).message}`;
    cli.report({ event: "warning", text });
    return undefined;
  }
}

async function warnOfRelease({ store, report }: CliContext): Promise<void> {
  const { unfinished } = await JournalFile.open(store);
  if (!unfinished) return;
  const text =
    `A release is in progress: ${describeOutcome(unfinished)}. ` +
    "Continue it: bluegreen resume. Undo it: bluegreen abort";
  report({ event: "warning", text });
}
