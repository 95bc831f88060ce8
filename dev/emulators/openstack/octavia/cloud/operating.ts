import type { Report, ReportedPool } from "../plane/report.ts";
import type { Listener, LoadBalancer, Member, Operating, Pool, Resource } from "./records.ts";
import type { State } from "./state.ts";

/**
 * What a report says of a load balancer and of all that belongs to it, as Octavia reads it
 * (octavia/amphorae/drivers/health/heartbeat_udp.py). Whoever is not named keeps its status: so do the
 * members of a pool that no listener uses, which is OFFLINE itself.
 */
export function operatingOf(
  state: State,
  balancer: LoadBalancer,
  report: Report,
): Map<Resource, Operating> {
  const statuses = new Map<Resource, Operating>();
  const own: Operating[] = [balancer.settings.admin_state_up ? "ONLINE" : "OFFLINE"];
  for (const listener of state.listenersOf(balancer)) {
    const status = listenerStatus(listener, report);
    statuses.set(listener, status);
    if (status === "DEGRADED") own.push("DEGRADED");
  }
  for (const pool of state.poolsOf(balancer)) {
    const reported = report.pools.get(pool.id);
    const members = reported ? memberStatuses(state, pool, reported) : new Map<Member, Operating>();
    for (const [member, status] of members) statuses.set(member, status);
    const status = poolStatus(reported, [...members.values()]);
    statuses.set(pool, status);
    if (status !== "OFFLINE") own.push(status);
  }
  return statuses.set(balancer, worst(own));
}

function listenerStatus({ id, settings, balancer }: Listener, { listeners }: Report): Operating {
  const reported = listeners.get(id);
  if (reported) return reported.status === "FULL" ? "DEGRADED" : "ONLINE";
  return settings.admin_state_up && balancer.provisioning === "ACTIVE" ? "ERROR" : "OFFLINE";
}

function poolStatus(reported: ReportedPool | undefined, members: readonly Operating[]): Operating {
  if (!reported) return "OFFLINE";
  if (reported.status === "DOWN") return "ERROR";
  return members.includes("ERROR") ? "DEGRADED" : "ONLINE";
}

function memberStatuses(state: State, pool: Pool, { members }: ReportedPool) {
  const statuses = new Map<Member, Operating>();
  for (const member of state.membersOf(pool)) {
    const status = members.get(member.id);
    if (status !== undefined) statuses.set(member, memberStatus(status));
    else if (member.operating !== "NO_MONITOR") statuses.set(member, "OFFLINE");
  }
  return statuses;
}

/** HAProxy adds `1/3` while a member's status is about to change. */
function memberStatus(reported: string): Operating {
  if (reported.startsWith("UP")) return "ONLINE";
  if (reported.startsWith("DOWN")) return "ERROR";
  if (reported === "DRAIN") return "DRAINING";
  return reported === "no check" ? "NO_MONITOR" : "OFFLINE";
}

/** A load balancer that is switched off stays OFFLINE, but one with a broken pool is in ERROR. */
function worst(statuses: readonly Operating[]): Operating {
  if (statuses.includes("ERROR")) return "ERROR";
  if (statuses.includes("OFFLINE")) return "OFFLINE";
  return statuses.includes("DEGRADED") ? "DEGRADED" : "ONLINE";
}
