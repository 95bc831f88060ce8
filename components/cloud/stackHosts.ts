import { edgeHostName, type StackNames } from "../../lib/naming.ts";
import type { Settings, SshSettings } from "../../settings/types.ts";
import { readyHost } from "../machine/sshHosts.ts";
import type { StackHost } from "../service/target.ts";
import type { ObservedMachine } from "./machines.ts";

/** The machines that commands can be run on: those with an address, without edges that are to go. */
export function stackHosts(
  machines: readonly ObservedMachine[],
  { edge }: Pick<Settings, "edge">,
  ssh: SshSettings,
  { stack }: StackNames,
): StackHost[] {
  const edges = Array.from({ length: edge.hosts }, (_, at) => edgeHostName(at + 1));
  return machines
    .filter(({ publicAddress }) => publicAddress !== "")
    .filter(({ color, hostName }) => color !== undefined || edges.includes(hostName))
    .map((machine) => ({
      name: machine.hostName,
      machine: readyHost(machine, stack, ssh),
      ...(machine.color && { color: machine.color }),
    }));
}
