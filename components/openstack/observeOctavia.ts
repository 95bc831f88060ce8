import { otherColor } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import { type Observation, knownLosses } from "../../lib/observation.ts";
import { formatRoute } from "../../lib/route.ts";
import { type BalancerObservation, NO_ROUTE } from "../../lib/routeDecision.ts";
import type { ObservedMachine } from "../cloud/machines.ts";
import { askHosts } from "../cloud/observeHosts.ts";
import type { SshSecrets } from "../machine/hostKeys.ts";
import type { OpenStack } from "./api.ts";
import { type ObservedBalancer, partsOfBalancer } from "./inProject.ts";
import { INSTANCE_WORDS } from "./instances.ts";
import { type ListenerState, realRoute } from "./listenerRoute.ts";
import { octaviaManualCommands, withoutRoute } from "./manualCommands.ts";
import { OctaviaListener } from "./octaviaListener.ts";
import { observedMembers } from "./sharedMembers.ts";

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

/** Observes Octavia, and Docker on the hosts. Changes nothing. */
export async function observeOctavia(args: ObserveArgs): Promise<Observation> {
  const { balancer } = args;
  const [seen, { warnings, ...apps }] = await Promise.all([
    lookAtBalancer(args),
    askHosts({ ...args, words: INSTANCE_WORDS }),
  ]);
  const isBroken = balancer?.provisioning_status === "ERROR";
  return {
    ...seen,
    edgeGenerations: {},
    ...apps,
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

/**
 * A listener's route, as the plan of an `up` needs it. In the middle of a change any route is ours, and the
 * change must be finished. The same holds if testers don't see the idle color, or if a change did not take
 * effect.
 */
export function observedListener(state: ListenerState): BalancerObservation {
  const real = realRoute(state);
  const { record, preview } = state;
  if (!record) return { state: "running", real };
  const { route, previous, ...others } = record;
  const isStale = preview !== undefined && preview !== otherColor(route.active);
  const isUnfinished = previous !== undefined || isStale || state.isBroken;
  return {
    state: "running",
    real,
    record: {
      route: formatRoute(route),
      ...(isUnfinished && { previous: real }),
      generation: others.generation,
      activeGate: others.activeGate,
      canaryGate: others.canaryGate,
    },
  };
}
