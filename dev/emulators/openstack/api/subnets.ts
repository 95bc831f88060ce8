import { z } from "zod";
import { AddressPool } from "../../networks/addressPool.ts";
import { type Network as PlaneNetwork, SubnetTaken } from "../../networks/networks.ts";
import { firstOf, rangesOf } from "../../networks/subnet.ts";
import type { Cloud } from "../cloud/cloud.ts";
import { refuseOverQuota } from "../cloud/ports.ts";
import type { Network, Subnet } from "../cloud/records.ts";
import { bodyOf, exactly, given } from "../http/body.ts";
import { conflict, Refusal } from "../http/refusal.ts";
import { type Collection, common, named, recordOf } from "./collection.ts";
import { networks, refuseExternal } from "./networks.ts";

const changeable = {
  gateway_ip: z.ipv4().nullable().optional(),
  enable_dhcp: z.boolean().optional(),
  dns_nameservers: z.array(z.string()).optional(),
  host_routes: z.array(exactly({ destination: z.string(), nexthop: z.string() })).optional(),
};

const creation = exactly({
  ...common,
  ...changeable,
  network_id: z.string(),
  cidr: z.cidrv4(),
  ip_version: z.literal(4).optional(),
  allocation_pools: z.array(exactly({ start: z.ipv4(), end: z.ipv4() })).optional(),
});

const update = exactly({ ...named, ...changeable });

/** Of IPv4, one in a network: that is what a Docker network has. */
export function subnets(cloud: Cloud): Collection<Subnet> {
  const all = cloud.subnets;
  return {
    ...{ one: "subnet", many: "subnets", path: "subnets", type: "Subnet", all },
    view: subnetView,
    create: async (body) => {
      const order = bodyOf(body, creation);
      const network = recordOf(networks(cloud), order.network_id);
      refuseExternal(network);
      refuseOverQuota(cloud, "subnet", all.size - 1);
      const { cidr, gateway_ip: gateway = firstOf(cidr) } = order;
      const plane = await makePlane(cloud, network, cidr);
      const addresses = new AddressPool(cidr, order.allocation_pools ?? rangesOf(cidr, gateway));
      // Docker's bridge has it, whatever the subnet's gateway is; a router's port has that one.
      if (gateway !== plane.gateway) addresses.take(plane.gateway);
      const subnet: Subnet = {
        ...cloud.describe(order.name, order.description),
        ...{ network, cidr, gateway, addresses, dhcp: order.enable_dhcp ?? true },
        nameservers: order.dns_nameservers ?? [],
        routes: order.host_routes ?? [],
      };
      all.set(subnet.id, subnet);
      return subnet;
    },
    update: (subnet, body) => {
      refuseExternal(subnet.network);
      const { gateway_ip, enable_dhcp, dns_nameservers, host_routes, ...more } = bodyOf(
        body,
        update,
      );
      const changed = { gateway: gateway_ip, dhcp: enable_dhcp, nameservers: dns_nameservers };
      Object.assign(subnet, given({ ...more, ...changed, routes: host_routes }));
    },
    remove: async (subnet) => {
      refuseExternal(subnet.network);
      refuseInUse(cloud, subnet);
      all.delete(subnet.id);
      const { plane } = subnet.network;
      delete subnet.network.plane;
      if (plane) await cloud.options.plane.networks.remove(plane);
    },
  };
}

async function makePlane(cloud: Cloud, network: Network, cidr: string): Promise<PlaneNetwork> {
  if (network.plane) {
    const message = "Only one subnet of a network is emulated.";
    throw new Refusal(400, message, "InvalidInput");
  }
  const name = `${cloud.options.run}-net-${network.id.slice(0, 8)}`;
  try {
    network.plane = await cloud.options.plane.networks.create(name, cidr);
    return network.plane;
  } catch (error) {
    if (!(error instanceof SubnetTaken)) throw error;
    const message = `Requested subnet ${cidr} overlaps with another one on this machine.`;
    throw new Refusal(400, message, "InvalidInput");
  }
}

function refuseInUse({ ports }: Cloud, subnet: Subnet): void {
  const isUsed = [...ports.values()].some(({ fixedIps }) =>
    fixedIps.some((fixedIp) => fixedIp.subnet === subnet),
  );
  if (!isUsed) return;
  const message =
    `Unable to complete operation on subnet ${subnet.id}: ` +
    "One or more ports have an IP allocation from this subnet.";
  throw conflict(message, "SubnetInUse");
}

function subnetView(subnet: Subnet): object {
  return {
    ...{ network_id: subnet.network.id, cidr: subnet.cidr, ip_version: 4 },
    ...{ gateway_ip: subnet.gateway, enable_dhcp: subnet.dhcp, host_routes: subnet.routes },
    ...{ dns_nameservers: subnet.nameservers, allocation_pools: subnet.addresses.ranges },
    ...{ service_types: [], subnetpool_id: null, ipv6_address_mode: null, ipv6_ra_mode: null },
  };
}
