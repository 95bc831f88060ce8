import type { ObservedMachine } from "../cloud/machines.ts";
import { octaviaManualCommands, withoutRoute } from "./manualCommands.ts";
import { INSTANCE_WORDS } from "./instances.ts";
import { observedListener } from "./observedListener.ts";
import { observedMembers } from "./sharedMembers.ts";
import type { StackNames } from "../../lib/naming.ts";
import { knownLosses, type Observation } from "../../lib/observation.ts";
import { NO_ROUTE } from "../../lib/routeDecision.ts";
import type { SshSecrets } from "../machine/hostKeys.ts";
import { askHosts } from "../cloud/observeHosts.ts";
import type { OpenStack } from "./api.ts";
import { type ObservedBalancer, partsOfBalancer } from "./inProject.ts";
import { OctaviaListener } from "./octaviaListener.ts";

export interface ObserveArgs {
  readonly names: StackNames;
  readonly secrets: SshSecrets;
  readonly machines: readonly ObservedMachine[];
  readonly api: OpenStack;
  readonly balancer: ObservedBalancer | undefined;
}

type SeenBalancer = Pick<
  Observation,
  "manualCommands" | "balancer" | "lostTrafficAt" | "sharedPool"
>;

/** What Octavia and Docker on the hosts say. Changes nothing. */
export async function observeOctavia(args: ObserveArgs): Promise<Observation> {
  const { balancer } = args;
  const [seen, { containers, warnings }] = await Promise.all([
    lookAtBalancer(args),
    askHosts({ ...args, words: INSTANCE_WORDS }),
  ]);
  const isBroken = balancer?.provisioning_status === "ERROR";
  return {
    ...seen,
    edgeGenerations: {},
    containers,
    warnings: [...(isBroken ? [broken(args.names.network, seen)] : []), ...warnings],
  };
}

function broken(name: string, { manualCommands }: SeenBalancer): string {
  return `The load balancer ${name} is in ERROR and can't be changed. ${manualCommands.mend}`;
}

async function lookAtBalancer({ names, api, balancer }: ObserveArgs): Promise<SeenBalancer> {
  const name = names.network;
  const nothing = { manualCommands: withoutRoute(name), lostTrafficAt: {} };
  if (!balancer) return { ...nothing, balancer: { state: "absent" } };
  const parts = await partsOfBalancer(api, balancer);
  if (!parts) return { ...nothing, balancer: { state: "running", real: NO_ROUTE } };
  const listener = new OctaviaListener(api, parts);
  const [state, shared] = await Promise.all([listener.state(), listener.poolMembers("shared")]);
  return {
    sharedPool: observedMembers(shared),
    manualCommands: octaviaManualCommands(name, parts, state),
    balancer: observedListener(state),
    lostTrafficAt: state.record ? knownLosses(state.record.lostAt) : {},
  };
}
