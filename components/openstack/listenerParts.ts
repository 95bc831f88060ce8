import type { PoolName } from "../../lib/openstack/listenerRoute.ts";
import { MARKS } from "../../lib/openstack/marks.ts";
import type { OpenStack } from "./api.ts";

/** The parts of a load balancer that the route is in, by id. */
export interface ListenerParts {
  readonly listener: string;
  readonly pools: Readonly<Record<PoolName, string>>;
}

interface Part {
  readonly id: string;
  readonly description: string;
}

const POOLS: readonly PoolName[] = ["blue", "green", "shared"];

/** Undefined while an `up` has not made all of them. */
export async function findParts(
  api: Pick<OpenStack, "list">,
  balancerId: string,
): Promise<ListenerParts | undefined> {
  const of = `?loadbalancer_id=${balancerId}`;
  const [listeners, pools] = await Promise.all([
    api.list<Part>("load-balancer", `/lbaas/listeners${of}`, "listeners"),
    api.list<Part>("load-balancer", `/lbaas/pools${of}`, "pools"),
  ]);
  const listener = listeners.find(({ description }) => description === MARKS.listener);
  const ids = POOLS.flatMap((name) => {
    const found = pools.find(({ description }) => description === MARKS.pool(name));
    return found ? [[name, found.id] as const] : [];
  });
  if (!listener || ids.length < POOLS.length) return undefined;
  return { listener: listener.id, pools: Object.fromEntries(ids) as Record<PoolName, string> };
}
