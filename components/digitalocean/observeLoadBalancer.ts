import { COLORS, otherColor } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import { knownLosses, type ManualCommands, type Observation } from "../../lib/observation.ts";
import { formatRoute } from "../../lib/route.ts";
import { type BalancerObservation, NO_ROUTE } from "../../lib/routeDecision.ts";
import { askHosts } from "../cloud/observeHosts.ts";
import type { SshSecrets } from "../machine/hostKeys.ts";
import { DROPLET_WORDS, membersOf, type ObservedDroplet } from "./droplets.ts";
import { type ManagedRecord, readRouteTag, type StackTags } from "./tags.ts";
import type { Member } from "./switchRoute.ts";

export interface ObserveArgs {
  readonly names: StackNames;
  readonly tags: StackTags;
  readonly secrets: SshSecrets;
  readonly droplets: readonly ObservedDroplet[];
  readonly hasBalancer: boolean;
}

/** Observes the account, its load balancer, and Docker on the hosts. Changes nothing. */
export async function observeManaged(args: ObserveArgs): Promise<Observation> {
  const { names, tags, secrets, droplets, hasBalancer } = args;
  const record = readRouteTag(
    tags.stack,
    droplets.flatMap((droplet) => droplet.tags),
  );
  return {
    manualCommands: loadBalancerManualCommands(names.network, tags),
    balancer: observedRoute(hasBalancer, membersOf(droplets, tags), record),
    edgeGenerations: {},
    ...(await askHosts({ names, secrets, machines: droplets, words: DROPLET_WORDS })),
    lostTrafficAt: record ? knownLosses(record.lostAt) : {},
  };
}

/** For a load balancer whose members have a tag. */
export function loadBalancerManualCommands(name: string, tags: StackTags): ManualCommands {
  return {
    name,
    setRoute: ({ active }) =>
      `in DigitalOcean's control panel, add the tags ${tags.live} and ${tags.ready} to the droplets of ` +
      `${active}, and remove them from those of ${otherColor(active)}`,
    mend: "Check it in DigitalOcean's control panel.",
  };
}

/**
 * The real route of a managed balancer, from its members. With both colors as members, each takes about
 * half of the traffic. An interrupted switch leaves it like this, so it is not drift.
 */
export function observedRoute(
  hasBalancer: boolean,
  members: readonly Member[],
  record: ManagedRecord | undefined,
): BalancerObservation {
  if (!hasBalancer) return { state: "absent" };
  const real = realRoute(members, record);
  return { state: "running", real, ...(record && { record: toRouteRecord(record, real) }) };
}

function realRoute(members: readonly Member[], record: ManagedRecord | undefined): string {
  const colors = COLORS.filter((color) =>
    members.some((member) => member.color === color && member.isLive && member.isReady),
  );
  const [first] = colors;
  if (!first) return NO_ROUTE;
  const active = record && colors.includes(record.active) ? record.active : first;
  const canaryWeight = colors.length > 1 ? 50 : 0;
  return formatRoute({ active, canaryWeight, testers: false });
}

function toRouteRecord(record: ManagedRecord, real: string) {
  const isoTime = (ms: number) => new Date(ms).toISOString();
  const route = formatRoute({ active: record.active, canaryWeight: 0, testers: false });
  return {
    route,
    // In the middle of a switch, any members are ours: both colors, the old one, or none.
    ...(record.previous !== undefined && { previous: real }),
    generation: isoTime(record.generation),
    activeGate: isoTime(record.gate),
  };
}
