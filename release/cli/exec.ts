import { randomBytes } from "node:crypto";
import { hasTerminal, runAttached } from "../hosts/command.ts";
import { oneRunning, stackContainers } from "../hosts/containers.ts";
import { defineCommand, openStack } from "./command.ts";
import { chosenColor, commandOf, containerFlags } from "./containerFlags.ts";
import { EXIT } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "exec",
  summary: "Run a command in a running container of the live color: exec -- COMMAND",
  example: "exec --stack prod -- python manage.py check",
  flags: containerFlags,
  async run(cli, flags) {
    const words = commandOf(flags, "exec");
    const stackContext = await openStack(cli);
    const color = await chosenColor(stackContext, flags.color);
    const all = await stackContainers(await stackContext.hosts(), cli.names);
    const { name, host, machine } = oneRunning(all, { ...flags, color });
    const isTerminal = hasTerminal();
    const mark = `BLUEGREEN_EXEC=${randomBytes(8).toString("hex")}`;
    const streams = ["--interactive", ...(isTerminal ? ["--tty"] : [])];
    const docker = ["exec", ...streams, "--env", mark, name, ...words];
    if (cli.options.dryRun) {
      cli.screen.print(`on ${host}: docker ${docker.join(" ")}`);
      return EXIT.ok;
    }
    return runAttached({
      ...{ machine, host, docker, isTerminal },
      signal: (signal) => signalCommand(name, mark, signal),
    });
  },
});

/** Docker passes no signal to what `docker exec` has started, so it is found by its environment. */
const SIGNAL_MARKED = `for one in /proc/[0-9]*; do
  ! grep -qsF "$1" "$one/environ" || kill -s "$2" "\${one#/proc/}"
done`;

function signalCommand(container: string, mark: string, signal: NodeJS.Signals): string[] {
  const name = signal.replace("SIG", "");
  return ["docker", "exec", container, "sh", "-c", SIGNAL_MARKED, "sh", mark, name];
}
