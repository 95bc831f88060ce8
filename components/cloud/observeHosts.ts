import { type StackNames, edgeHostNames, SERVICES_HOST } from "../../lib/naming.ts";
import type { ManualCommands, Observation } from "../../lib/observation.ts";
import { edgeImageWarnings } from "../edge/edgeImages.ts";
import { lookAtEdge } from "../edge/lookAtEdge.ts";
import { setRouteCommand } from "../edge/manualCommands.ts";
import { type Silence, seenEdges } from "../edge/mergeEdges.ts";
import { DEPLOY_USER } from "../machine/cloudInit.ts";
import { CommandFailed, type ExecHost } from "../machine/exec.ts";
import type { SshSecrets } from "../machine/hostKeys.ts";
import { listContainers } from "../machine/listContainers.ts";
import { Unreachable, anySshTarget } from "../machine/sshTarget.ts";
import { newestRecipe } from "../../settings/haproxyVersion.ts";
import type { Settings } from "../../settings/types.ts";
import {
  type MachineWords,
  type ObservedMachine,
  doubleHosts,
  lostHost,
  silentServices,
} from "./machines.ts";

export interface ObserveArgs {
  readonly names: StackNames;
  readonly secrets: SshSecrets;
  readonly machines: readonly ObservedMachine[];
  readonly words: MachineWords;
}

/** Observes our HAProxy on machines in a cloud, and Docker on the hosts. Changes nothing. */
export async function observeEdges(
  args: ObserveArgs & { readonly settings: Settings },
): Promise<Observation> {
  const { names, machines, words, settings } = args;
  const { image } = newestRecipe(settings);
  const wanted = edgeHostNames(settings.edge.hosts);
  const there = machines.filter(({ hostName }) => wanted.includes(hostName));
  const [{ warnings, ...apps }, ...answers] = await Promise.all([
    askHosts(args),
    ...there.map(async (machine) => ({
      host: machine.hostName,
      answer: await ask(machine, args, (host) => lookAtEdge(host, names, image)),
    })),
  ]);
  const missing = wanted
    .filter((host) => !there.some(({ hostName }) => hostName === host))
    .map((host) => ({ host, answer: { state: "absent" as const, lostTrafficAt: {} } }));
  const silent = answers.flatMap(({ host, answer }, at) =>
    "problem" in answer
      ? [{ host, warning: lostHost(there[at]?.id ?? "ID", answer.problem, words) }]
      : [],
  );
  const edges = seenEdges([...answers, ...missing]);
  return {
    manualCommands: edgesManualCommands(names.edge, there, words),
    ...edges,
    silentEdges: silent.map(({ host }) => host),
    ...apps,
    warnings: [
      ...silent.map(({ warning }) => warning),
      ...edges.warnings,
      ...edgeImageWarnings(settings, edges.edges),
      ...warnings,
    ],
  };
}

type AskedHosts = "containers" | "processes" | "services" | "silentHosts" | "warnings";

/** What the hosts of the app and of the services run, and a warning for each unreachable one. */
export async function askHosts(
  args: ObserveArgs,
): Promise<Required<Pick<Observation, AskedHosts>>> {
  const { names, machines, words } = args;
  const hosts = machines.filter(({ color }) => color);
  const list = (machine: ObservedMachine) =>
    ask(machine, args, (host) => listContainers(host, names));
  const [answers, beside] = await Promise.all([
    Promise.all(hosts.map(list)),
    Promise.all(
      machines
        .filter(({ hostName }) => hostName === SERVICES_HOST)
        .map(async (machine) => ({
          login: loginTo(machine),
          answer: await list(machine),
        })),
    ),
  ]);
  const engines = answers.flatMap((answer) => ("problem" in answer ? [] : [answer]));
  return {
    containers: engines.flatMap(({ containers }) => containers),
    processes: engines.flatMap(({ processes }) => processes),
    services: beside.flatMap(({ answer, login }) =>
      "problem" in answer ? [] : answer.services.map((service) => ({ ...service, login })),
    ),
    silentHosts: hosts
      .filter((_, at) => answers[at] && "problem" in answers[at])
      .map(({ hostName }) => hostName),
    warnings: [
      ...answers.flatMap((answer, at) =>
        "problem" in answer ? [lostHost(hosts[at]?.id ?? "ID", answer.problem, words)] : [],
      ),
      ...beside.flatMap(({ answer }) =>
        "problem" in answer ? [silentServices(answer.problem)] : [],
      ),
      ...doubleHosts(machines, words),
    ],
  };
}

/** An unreachable host is a result, not an error. */
async function ask<T>(
  machine: ObservedMachine,
  { names, secrets }: ObserveArgs,
  question: (host: ExecHost) => Promise<T>,
): Promise<T | Silence> {
  const { hostName, publicAddress } = machine;
  if (!publicAddress) return { problem: `${hostName}: the host has no address yet.` };
  try {
    return await question(anySshTarget(machine, names.stack, secrets));
  } catch (error) {
    if (error instanceof CommandFailed) return { problem: `${hostName}: ${error.message}` };
    if (error instanceof Unreachable) return { problem: error.message };
    throw error;
  }
}

/** For people whose keys are in `ssh.authorizedKeys`. */
function loginTo({ publicAddress }: Pick<ObservedMachine, "publicAddress">): string {
  return `ssh ${DEPLOY_USER}@${publicAddress}`;
}

/** Edges on machines in a cloud, for people whose keys are in `ssh.authorizedKeys`. */
export function edgesManualCommands(
  container: string,
  edges: readonly Pick<ObservedMachine, "publicAddress">[],
  { one }: MachineWords,
): ManualCommands {
  const logins = edges.map(loginTo);
  return {
    name: container,
    setRoute: (route) =>
      logins.map((login) => `${login} ${setRouteCommand(container, route)}`).join(" && "),
    mend:
      `Log in and check its log (${logins.join(", ")}; docker logs ${container}). To rebuild it with ` +
      `its last route, remove it there (docker rm -f ${container}) and run pulumi up. If the ${one} ` +
      `itself is lost, delete it and run pulumi up --refresh.`,
  };
}
