import type * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import type { OpenStackAccount } from "../../settings/types.ts";
import { octaviaCommand } from "./octaviaCommand.ts";
import type { CheckedPools } from "./octaviaPools.ts";

export interface KeepClientsArgs {
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  readonly pools: CheckedPools;
  readonly account: OpenStackAccount;
}

/**
 * Keeps a client on one member of a pool, or no longer. Octavia changes that in place; the provider would
 * make new pools for it, and could not delete the old ones, to which policies lead.
 */
export function keepClients(
  name: string,
  { balancer, pools, account }: KeepClientsArgs,
  parent: pulumi.Resource,
): pulumi.Resource {
  const all = Object.values(pools);
  return octaviaCommand(
    name,
    "octavia-persistence",
    // A `SetPersistenceInput`.
    {
      balancer: balancer.id,
      pools: all.map(({ pool, persistence }) => ({ id: pool.id, type: persistence?.type ?? "" })),
    },
    account,
    { parent, dependsOn: all.map(({ monitor }) => monitor) },
  );
}
