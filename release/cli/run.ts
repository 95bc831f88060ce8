import { randomBytes } from "node:crypto";
import { hasTerminal, runAttached } from "../hosts/command.ts";
import { oneRunning, stackContainers } from "../hosts/containers.ts";
import { createOneOff, removeAbandoned, removeOneOff } from "../hosts/oneOff.ts";
import { defineCommand, openStack } from "./command.ts";
import { chosenColor, commandOf, containerFlags } from "./containerFlags.ts";
import { EXIT } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "run",
  summary: "Run a command in a new container of the live color, removed after: run -- COMMAND",
  examples: ["run --stack prod -- python manage.py createsuperuser"],
  flags: containerFlags,
  async run(cli, flags) {
    const { names, owner, options, screen } = cli;
    const words = commandOf(flags, "run");
    const stackContext = await openStack(cli);
    const color = await chosenColor(stackContext, flags.color);
    const all = await stackContainers(await stackContext.hosts(), names);
    const beside = oneRunning(all, { ...flags, color });
    const { machine, host } = beside;
    if (options.dryRun) {
      screen.print(
        `on ${host}, with the image and environment of ${beside.name}: ${words.join(" ")}`,
      );
      return EXIT.ok;
    }
    await removeAbandoned(machine, names.stack);
    const name = names.host(`run-${randomBytes(4).toString("hex")}`);
    const isTerminal = hasTerminal();
    const oneOff = { name, stack: names.stack, owner, isTerminal, command: words };
    try {
      await createOneOff(machine, beside.name, oneOff);
      return await runAttached({
        ...{ machine, host, isTerminal },
        docker: ["start", "--attach", "--interactive", name],
        signal: (signal) => ["docker", "kill", "--signal", signal, name],
      });
    } finally {
      await removeOneOff(machine, name);
    }
  },
});
