import type { Color } from "../../lib/color.ts";
import { type StackNames, edgeHostNames } from "../../lib/naming.ts";
import type { Settings, SshSettings } from "../../settings/types.ts";
import { readySshTarget } from "../machine/sshTarget.ts";
import type { StackHost } from "../service/target.ts";

/** One machine of the stack, as its cloud knows it. */
export interface ObservedMachine {
  readonly id: number | string;
  /** Within the stack: `blue-1`, `edge-1`. */
  readonly hostName: string;
  /** Undefined for one that runs the balancer. */
  readonly color?: Color;
  /** Empty while the machine is new. */
  readonly publicAddress: string;
}

/** A cloud's own words, for messages. */
export interface MachineWords {
  /** One machine, and several. */
  readonly one: string;
  readonly many: string;
  /** Where they are. */
  readonly account: string;
  /** The command by which a person deletes one. */
  readonly deletion: (id: number | string) => string;
}

/** @param problem What the host's silence looks like; names it. */
export function lostHost(
  id: ObservedMachine["id"],
  problem: string,
  { deletion }: MachineWords,
): string {
  return (
    `${problem}\nSo nothing can be done there. Wait if it is just being started; if it is lost, ` +
    `delete it and let a new one take its place:\n` +
    `  ${deletion(id)}\n  pulumi up --refresh`
  );
}

/**
 * Hosts that a cloud has more than once. Where its API makes a machine and answers 500 all the same, the
 * plugin asks for it again, and nobody knows the first.
 */
export function doubleHosts(
  machines: readonly Pick<ObservedMachine, "id" | "hostName">[],
  { account, many, deletion }: MachineWords,
): string[] {
  const idsByHost = new Map<string, ObservedMachine["id"][]>();
  for (const { hostName, id } of machines) {
    idsByHost.set(hostName, [...(idsByHost.get(hostName) ?? []), id]);
  }
  return [...idsByHost]
    .filter(([, ids]) => ids.length > 1)
    .map(
      ([hostName, ids]) =>
        `The ${account} has ${ids.length} ${many} for ${hostName}: ${ids.join(", ")}. ` +
        `pulumi up deletes one that it has replaced. What is there after it besides the one that ` +
        `pulumi stack --show-ids names only costs money:\n` +
        `  ${deletion("ID")}`,
    );
}

/** The machines that commands can be run on: those with an address, without edges that are to go. */
export function stackHosts(
  machines: readonly ObservedMachine[],
  { edge }: Pick<Settings, "edge">,
  ssh: SshSettings,
  { stack }: StackNames,
): StackHost[] {
  const edges = edgeHostNames(edge.hosts);
  return machines
    .filter(({ publicAddress }) => publicAddress !== "")
    .filter(({ color, hostName }) => color !== undefined || edges.includes(hostName))
    .map((machine) => ({
      name: machine.hostName,
      machine: readySshTarget(machine, stack, ssh),
      ...(machine.color && { color: machine.color }),
    }));
}
