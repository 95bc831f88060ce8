import { configCommand } from "../plan/releasePlan.ts";
import { staleConfig } from "../plan/staleConfig.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

/** For a checkout whose stack file predates the last releases. Changes that file only, so needs no confirmation. */
export const command = defineCommand({
  usage: "refresh-config",
  summary: "Update the stack file with what releases have set, from the last update that succeeded",
  example: "refresh-config --stack prod",
  flags: (args) => args,
  async run({ options, project, report, screen, stack, values }) {
    const { Engine } = await import("../engine/engine.ts");
    const engine = await Engine.open(project, stack);
    const last = await engine.lastConfig();
    const changes = last ? staleConfig(last, values) : [];
    for (const change of changes) report({ event: "command", command: configCommand(change) });
    if (changes.length === 0 && !options.json) {
      const why = last ? "matches the last update" : "is unchanged: the stack has no update yet";
      screen.print(`Pulumi.${stack}.yaml ${why}.`);
    }
    if (!options.dryRun) await engine.set(changes);
    return EXIT.ok;
  },
});
