import type { ObservedMachine } from "../../lib/cloud/machines.ts";
import { octaviaByHand, withoutRoute } from "../../lib/openstack/byHand.ts";
import { INSTANCE_WORDS } from "../../lib/openstack/instances.ts";
import { observedListener } from "../../lib/openstack/observedRoute.ts";
import { observedMembers } from "../../lib/openstack/sharedMembers.ts";
import type { StackNames } from "../../lib/naming.ts";
import { knownLosses, type Observation } from "../../lib/observation.ts";
import { NO_ROUTE } from "../../lib/routeDecision.ts";
import type { SshSecrets } from "../../lib/ssh/hostKeys.ts";
import { askHosts } from "../cloud/observe.ts";
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

type SeenBalancer = Pick<Observation, "byHand" | "edge" | "lostTrafficAt" | "sharedPool">;

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

function broken(name: string, { byHand }: SeenBalancer): string {
  return `The load balancer ${name} is in ERROR and can't be changed. ${byHand.mend}`;
}

async function lookAtBalancer({ names, api, balancer }: ObserveArgs): Promise<SeenBalancer> {
  const name = names.network;
  const nothing = { byHand: withoutRoute(name), lostTrafficAt: {} };
  if (!balancer) return { ...nothing, edge: { state: "absent" } };
  const parts = await partsOfBalancer(api, balancer);
  if (!parts) return { ...nothing, edge: { state: "running", real: NO_ROUTE } };
  const listener = new OctaviaListener(api, parts);
  const [state, shared] = await Promise.all([listener.state(), listener.poolMembers("shared")]);
  return {
    sharedPool: observedMembers(shared),
    byHand: octaviaByHand(name, parts, state),
    edge: observedListener(state),
    lostTrafficAt: state.record ? knownLosses(state.record.lostAt) : {},
  };
}
