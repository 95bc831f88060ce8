import type { Resource } from "../cloud/records.ts";
import type { Listener, Pool } from "../cloud/records.ts";
import type { State } from "../cloud/state.ts";
import { type Handler, ok, type Routes } from "./handler.ts";

/** A load balancer with its listeners, their pools, and the pools' members. */
const statuses: Handler = (_, state, id = "") => {
  const balancer = state.balancer(id);
  const listeners = state.listenersOf(balancer).map((listener) => ({
    ...leaf(listener, listener.settings.name),
    pools: poolsUsedBy(state, listener).map((pool) => branch(state, pool)),
  }));
  const loadbalancer = { ...leaf(balancer, balancer.settings.name), listeners };
  return ok({ statuses: { loadbalancer } });
};

/** The older name is still answered. */
export const statusRoutes: Routes = {
  "GET loadbalancers/{}/status": statuses,
  "GET loadbalancers/{}/statuses": statuses,
};

function branch(state: State, pool: Pool): object {
  const monitor = state.monitorOf(pool);
  const { name, type } = monitor?.settings ?? {};
  return {
    ...leaf(pool, pool.settings.name),
    ...(monitor && { health_monitor: { ...leaf(monitor, name ?? ""), type } }),
    members: state.membersOf(pool).map((member) => ({
      ...leaf(member, member.settings.name),
      ...{ address: member.settings.address, protocol_port: member.settings.protocol_port },
    })),
  };
}

function poolsUsedBy(state: State, listener: Listener): Pool[] {
  return state
    .poolsOf(listener.balancer)
    .filter((pool) => state.listenersUsing(pool).includes(listener));
}

function leaf({ id, operating, provisioning }: Resource, name: string): object {
  return { id, name, operating_status: operating, provisioning_status: provisioning };
}
