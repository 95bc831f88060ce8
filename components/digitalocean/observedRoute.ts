import { COLORS } from "../../lib/color.ts";
import { formatRoute } from "../../lib/route.ts";
import { type BalancerObservation, NO_ROUTE } from "../../lib/routeDecision.ts";
import type { ManagedRecord } from "./routeRecord.ts";
import type { Member } from "./switchRoute.ts";

/**
 * The real route of a managed balancer, from its members. Where both colors are there, both take
 * traffic, about half each; a switch that was ended half-way leaves it so, and then it is ours.
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
    // Both colors, or the old one, or none: whatever there is in the middle of a switch is ours.
    ...(record.previous !== undefined && { previous: real }),
    generation: isoTime(record.generation),
    activeGate: isoTime(record.gate),
  };
}
