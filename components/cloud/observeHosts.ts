import { edgesManualCommands } from "./manualCommands.ts";
import { doubleHosts, lostHost } from "./hostWarnings.ts";
import type { MachineWords, ObservedMachine } from "./machines.ts";
import { seenEdges } from "../edge/mergeEdges.ts";
import { edgeHostName, type StackNames } from "../../lib/naming.ts";
import type { Observation, ObservedContainer } from "../../lib/observation.ts";
import type { SshSecrets } from "../machine/hostKeys.ts";
import { askEdge, listContainers } from "../machine/askHost.ts";

export interface ObserveArgs {
  readonly names: StackNames;
  readonly secrets: SshSecrets;
  readonly machines: readonly ObservedMachine[];
  readonly words: MachineWords;
}

/** What our own HAProxy on machines in a cloud and Docker on the hosts say. Changes nothing. */
export async function observeEdges(
  args: ObserveArgs & { readonly count: number; readonly image: string },
): Promise<Observation> {
  const { names, secrets, machines, words, count, image } = args;
  const wanted = Array.from({ length: count }, (_, at) => edgeHostName(at + 1));
  const there = machines.filter(({ hostName }) => wanted.includes(hostName));
  const [{ containers, warnings }, ...answers] = await Promise.all([
    askHosts(args),
    ...there.map((machine) => askEdge(machine, names, secrets, image)),
  ]);
  const missing = wanted
    .filter((host) => !there.some(({ hostName }) => hostName === host))
    .map((host) => ({ host, answer: { state: "absent" as const, lostTrafficAt: {} } }));
  const silent = answers.flatMap(({ host, answer }, at) =>
    "problem" in answer
      ? [{ host, warning: lostHost(there[at]?.id ?? "ID", answer.problem, words) }]
      : [],
  );
  return {
    manualCommands: edgesManualCommands(names.edge, there, words),
    ...seenEdges([...answers, ...missing]),
    silentEdges: silent.map(({ host }) => host),
    containers,
    warnings: [...silent.map(({ warning }) => warning), ...warnings],
  };
}

/** The app's containers on the hosts, and a warning for each host that can't be asked. */
export async function askHosts({
  names,
  secrets,
  machines,
  words,
}: ObserveArgs): Promise<{ containers: ObservedContainer[]; warnings: string[] }> {
  const hosts = machines.filter(({ color }) => color);
  const answers = await Promise.all(hosts.map((host) => listContainers(host, names, secrets)));
  return {
    containers: answers.flatMap((answer) => ("problem" in answer ? [] : answer)),
    warnings: [
      ...answers.flatMap((answer, at) =>
        "problem" in answer ? [lostHost(hosts[at]?.id ?? "ID", answer.problem, words)] : [],
      ),
      ...doubleHosts(machines, words),
    ],
  };
}
