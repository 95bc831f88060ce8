import { randomBytes } from "node:crypto";
import { hasTerminal, runAttached } from "../hosts/command.ts";
import {
  type HostContainer,
  oneRunning,
  runningService,
  type Selection,
  stackContainers,
} from "../hosts/containers.ts";
import type { CliContext } from "./cliContext.ts";
import { defineCommand, openStack } from "./command.ts";
import {
  chosenColor,
  chosenService,
  commandOf,
  containerFlags,
  serviceFlag,
} from "./containerFlags.ts";
import { EXIT } from "./exitCodes.ts";
import type { StackContext } from "./stackContext.ts";

export const command = defineCommand({
  usage: "exec",
  summary:
    "Run a command in a running container of the live color, or of a service: exec -- COMMAND",
  examples: [
    "exec --stack prod -- python manage.py check",
    "exec --service db --stack prod -- psql --username shop",
  ],
  flags: (args) => serviceFlag(containerFlags(args)),
  async run(cli, flags) {
    const words = commandOf(flags, "exec");
    const service = chosenService(flags);
    const stackContext = await openStack(cli);
    const { name, host, machine } =
      service === undefined
        ? await appContainer(cli, stackContext, flags)
        : await serviceContainer(cli, stackContext, service);
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

async function appContainer(
  { names }: CliContext,
  stackContext: StackContext,
  flags: Selection,
): Promise<HostContainer> {
  const color = await chosenColor(stackContext, flags.color);
  return oneRunning(await stackContainers(await stackContext.hosts(), names), { ...flags, color });
}

/** Asks no balancer: a database must be in reach while nothing else answers. */
async function serviceContainer(
  { names }: CliContext,
  { hosts, settings }: StackContext,
  service: string,
): Promise<HostContainer> {
  const all = await stackContainers(await hosts(), names);
  return runningService(all, service, Object.keys(settings.services));
}

/** Docker passes no signal to what `docker exec` has started, so it is found by its environment. */
const SIGNAL_MARKED = `for one in /proc/[0-9]*; do
  ! grep -qsF "$1" "$one/environ" || kill -s "$2" "\${one#/proc/}"
done`;

function signalCommand(container: string, mark: string, signal: NodeJS.Signals): string[] {
  const name = signal.replace("SIG", "");
  return ["docker", "exec", container, "sh", "-c", SIGNAL_MARKED, "sh", mark, name];
}
