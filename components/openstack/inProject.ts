import { type BalancerParts, partsOf } from "./balancerParts.ts";
import {
  type ApiFloatingIp,
  type ApiPort,
  type ApiServer,
  type ObservedInstance,
  observedInstances,
} from "./instances.ts";
import type { ApiListener, ApiPolicy, ApiPool } from "./octaviaTypes.ts";
import type { OpenStack } from "./api.ts";

export interface ObservedBalancer {
  readonly id: string;
  /** `ACTIVE`, `PENDING_UPDATE`, `ERROR` ... */
  readonly provisioning_status: string;
}

/** All instances of a stack. @param stack `<project>/<stack>` */
export async function stackInstances(api: OpenStack, stack: string): Promise<ObservedInstance[]> {
  const [servers, ports, floatingIps] = await Promise.all([
    api.list<ApiServer>("compute", "/servers/detail", "servers"),
    api.list<ApiPort>("network", "/ports", "ports"),
    api.list<ApiFloatingIp>("network", "/floatingips", "floatingips"),
  ]);
  return observedInstances(stack, servers, ports, floatingIps);
}

/** The ranges of the subnets with a network's name; none if it does not exist. */
export async function subnetRanges(api: OpenStack, name: string): Promise<string[]> {
  const path = `/subnets?name=${encodeURIComponent(name)}`;
  const subnets = await api.list<{ readonly cidr: string }>("network", path, "subnets");
  return subnets.map(({ cidr }) => cidr);
}

/** The stack's load balancer, if it exists. */
export async function balancerNamed(
  api: OpenStack,
  name: string,
): Promise<ObservedBalancer | undefined> {
  if (!api.has("load-balancer")) return undefined;
  const path = `/lbaas/loadbalancers?name=${encodeURIComponent(name)}`;
  const [found] = await api.list<ObservedBalancer>("load-balancer", path, "loadbalancers");
  return found;
}

/** The parts that make up the route; undefined if a first `up` was interrupted. */
export async function partsOfBalancer(
  api: OpenStack,
  { id }: ObservedBalancer,
): Promise<BalancerParts | undefined> {
  const [listeners, pools, policies] = await Promise.all([
    api.list<ApiListener>("load-balancer", "/lbaas/listeners", "listeners"),
    api.list<ApiPool>("load-balancer", "/lbaas/pools", "pools"),
    api.list<ApiPolicy>("load-balancer", "/lbaas/l7policies", "l7policies"),
  ]);
  return partsOf(id, listeners, pools, policies);
}
