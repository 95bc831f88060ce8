import type { Color } from "../../lib/color.ts";
import { type StackNames, edgeHostNames, SERVICES_HOST } from "../../lib/naming.ts";
import type { Settings, SshSettings } from "../../settings/types.ts";
import { readySshTarget } from "../machine/sshTarget.ts";
import type { StackHost } from "../service/target.ts";

/** One machine of the stack, as the cloud reports it. */
export interface ObservedMachine {
  readonly id: number | string;
  /** Within the stack: `blue-1`, `edge-1`. */
  readonly hostName: string;
  /** Undefined if it runs the balancer or the services. */
  readonly color?: Color;
  /** Empty while the machine is new. */
  readonly publicAddress: string;
}

/** A cloud's own terms, for messages. */
export interface MachineWords {
  /** Singular and plural for a machine. */
  readonly one: string;
  readonly many: string;
  /** Account or project. */
  readonly account: string;
  /** The command to delete one by hand. */
  readonly deletion: (id: number | string) => string;
}

/** @param problem Why the host can't be reached; names the host. */
export function lostHost(
  id: ObservedMachine["id"],
  problem: string,
  { deletion }: MachineWords,
): string {
  return (
    `${problem}\nNothing can be changed on that host. If it is starting, wait. If it is lost, delete it ` +
    `and let pulumi up replace it:\n` +
    `  ${deletion(id)}\n  pulumi up --refresh`
  );
}

/** @param problem Why the services' host can't be reached; names it. */
export function silentServices(problem: string): string {
  return (
    `${problem}\nNo service can be changed there, and the app may not reach them. Their files are on its disk, ` +
    `so do not delete it: restart it in the cloud's control panel.`
  );
}

/**
 * Warns of hosts that exist more than once: if the API creates a machine but answers 500, the plugin
 * retries, and the first machine is in no state.
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
        `pulumi up deletes those that it has replaced. Any that remain afterwards, other than the one ` +
        `that pulumi stack --show-ids names, only cost money:\n` +
        `  ${deletion("ID")}`,
    );
}

/** The machines that can run commands: all with an address, except edges about to be removed. */
export function stackHosts(
  machines: readonly ObservedMachine[],
  { edge }: Pick<Settings, "edge">,
  ssh: SshSettings,
  { stack }: StackNames,
): StackHost[] {
  const others = [...edgeHostNames(edge.hosts), SERVICES_HOST];
  return machines
    .filter(({ publicAddress }) => publicAddress !== "")
    .filter(({ color, hostName }) => color !== undefined || others.includes(hostName))
    .map((machine) => ({
      name: machine.hostName,
      machine: readySshTarget(machine, stack, ssh),
      ...(machine.color && { color: machine.color }),
    }));
}
