import { Engine } from "../engine/engine.ts";
import { EXIT } from "./exitCodes.ts";
import { configCommand } from "../plan/configCommand.ts";
import { movedValues } from "../plan/movedValues.ts";
import type { CliContext } from "./cliContext.ts";

/**
 * `bluegreen refresh-config`: for a checkout whose stack file does not know of the releases since. It
 * changes that file and nothing else, so it asks nobody.
 */
export async function refreshConfig(cli: CliContext): Promise<number> {
  const { options, project, report, screen, stack, values } = cli;
  const engine = await Engine.open(project, stack);
  const last = await engine.lastConfig();
  const changes = last ? movedValues(last, values) : [];
  for (const change of changes) report({ event: "command", command: configCommand(change) });
  if (changes.length === 0 && !options.json) {
    const why = last ? "says what the last update had" : "is as it was: there was no update yet";
    screen.print(`Pulumi.${stack}.yaml ${why}.`);
  }
  if (!options.dryRun) await engine.set(changes);
  return EXIT.ok;
}
