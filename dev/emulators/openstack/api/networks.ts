import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import { refuseOverQuota, subnetsOf } from "../cloud/ports.ts";
import type { Network } from "../cloud/records.ts";
import { bodyOf, exactly, given } from "../http/body.ts";
import { conflict, Refusal } from "../http/refusal.ts";
import { type Collection, common, named } from "./collection.ts";

const creation = exactly({
  ...common,
  admin_state_up: z.boolean().optional(),
  port_security_enabled: z.boolean().optional(),
  shared: z.literal(false).optional(),
  mtu: z.int().optional(),
});

const update = exactly({ ...named, admin_state_up: z.boolean().optional() });

export function networks(cloud: Cloud): Collection<Network> {
  const all = cloud.networks;
  return {
    ...{ one: "network", many: "networks", path: "networks", type: "Network", all },
    view: (network) => networkView(cloud, network),
    create: (body) => {
      const order = bodyOf(body, creation);
      // The external one is the vendor's.
      refuseOverQuota(cloud, "network", all.size - 1);
      const network: Network = {
        ...cloud.describe(order.name, order.description),
        ...{ isExternal: false, isSecured: order.port_security_enabled ?? true },
        adminStateUp: order.admin_state_up ?? true,
      };
      all.set(network.id, network);
      return network;
    },
    update: (network, body) => {
      refuseExternal(network);
      const { admin_state_up: adminStateUp, ...more } = bodyOf(body, update);
      Object.assign(network, given({ ...more, adminStateUp }));
    },
    remove: async (network) => {
      refuseExternal(network);
      if ([...cloud.ports.values()].some((port) => port.network === network)) {
        const message =
          `Unable to complete operation on network ${network.id}. ` +
          "There are one or more ports still in use on the network.";
        throw conflict(message, "NetworkInUse");
      }
      all.delete(network.id);
      for (const { id } of subnetsOf(cloud, network)) cloud.subnets.delete(id);
      if (network.plane) await cloud.options.plane.networks.remove(network.plane);
    },
  };
}

/** @throws Refusal 403 */
export function refuseExternal({ isExternal }: Network): void {
  if (isExternal) throw new Refusal(403, "The resource is disallowed by policy.", "HTTPForbidden");
}

function networkView(cloud: Cloud, network: Network): object {
  return {
    ...{ status: "ACTIVE", admin_state_up: network.adminStateUp, shared: false, mtu: 1500 },
    ...{ "router:external": network.isExternal, port_security_enabled: network.isSecured },
    ...{ availability_zone_hints: [], availability_zones: ["nova"], qos_policy_id: null },
    ...{ dns_domain: "", ipv4_address_scope: null, ipv6_address_scope: null },
    subnets: subnetsOf(cloud, network).map(({ id }) => id),
  };
}
