import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import { firewallsChanged } from "../cloud/firewall.ts";
import { addPort, readdress, removePort } from "../cloud/ports.ts";
import type { Port, SecurityGroup } from "../cloud/records.ts";
import { bodyOf, exactly, given } from "../http/body.ts";
import { conflict } from "../http/refusal.ts";
import { type Collection, common, named, recordOf } from "./collection.ts";
import { networks } from "./networks.ts";
import { securityGroups } from "./securityGroups.ts";

const fixedIps = z.array(
  exactly({ subnet_id: z.string().optional(), ip_address: z.ipv4().optional() }),
);

const changeable = {
  admin_state_up: z.boolean().optional(),
  fixed_ips: fixedIps.optional(),
  security_groups: z.array(z.string()).optional(),
  allowed_address_pairs: z
    .array(exactly({ ip_address: z.string(), mac_address: z.string().optional() }))
    .optional(),
  port_security_enabled: z.boolean().optional(),
  device_id: z.string().optional(),
  device_owner: z.string().optional(),
};

const creation = exactly({ ...common, ...changeable, network_id: z.string() });
const update = exactly({ ...named, ...changeable });

type Changes = z.infer<typeof update>;

export function ports(cloud: Cloud): Collection<Port> {
  const all = cloud.ports;
  return {
    ...{ one: "port", many: "ports", path: "ports", type: "Port", all },
    view: portView,
    create: (body) => {
      const order = bodyOf(body, creation);
      const network = recordOf(networks(cloud), order.network_id);
      const isSecured = order.port_security_enabled ?? network.isSecured;
      const changes = changesOf(cloud, { ...order, port_security_enabled: isSecured });
      if (!isSecured) changes.groups = new Set();
      return addPort(cloud, network, order.fixed_ips, changes);
    },
    update: (port, body) => {
      const order = bodyOf(body, update);
      Object.assign(port, changesOf(cloud, order));
      if (order.fixed_ips) readdress(cloud, port, order.fixed_ips);
      firewallsChanged(cloud);
    },
    remove: (port) => {
      if (port.deviceOwner.startsWith("network:")) {
        const message =
          `Port ${port.id} cannot be deleted directly via the port API: ` +
          `has device owner ${port.deviceOwner}.`;
        throw conflict(message, "ServicePortInUse");
      }
      removePort(cloud, port);
    },
  };
}

function changesOf(cloud: Cloud, order: Changes): Partial<Port> {
  return given({
    ...{ name: order.name, description: order.description, adminStateUp: order.admin_state_up },
    ...{ pairs: order.allowed_address_pairs, isSecured: order.port_security_enabled },
    ...{ deviceId: order.device_id, deviceOwner: order.device_owner },
    groups: order.security_groups && groupsOf(cloud, order.security_groups),
  });
}

function groupsOf(cloud: Cloud, ids: readonly string[]): Set<SecurityGroup> {
  return new Set(ids.map((id) => recordOf(securityGroups(cloud), id)));
}

function portView(port: Port): object {
  return {
    ...{ network_id: port.network.id, mac_address: port.mac, status: port.status },
    ...{ admin_state_up: port.adminStateUp, port_security_enabled: port.isSecured },
    ...{ device_id: port.deviceId, device_owner: port.deviceOwner },
    fixed_ips: port.fixedIps.map(({ subnet, address }) => ({
      ...{ subnet_id: subnet.id, ip_address: address },
    })),
    security_groups: [...port.groups].map(({ id }) => id),
    allowed_address_pairs: port.pairs,
    ...{ extra_dhcp_opts: [], dns_name: "", dns_assignment: [], qos_policy_id: null },
    "binding:vnic_type": "normal",
  };
}
