import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import { associate, dissociate, targetFor } from "../cloud/floatingIps.ts";
import { addPort, refuseOverQuota, removePort } from "../cloud/ports.ts";
import type { FloatingIp } from "../cloud/records.ts";
import { bodyOf, exactly, given } from "../http/body.ts";
import { Refusal } from "../http/refusal.ts";
import { type Collection, recordOf } from "./collection.ts";
import { networks } from "./networks.ts";
import { ports } from "./ports.ts";

const target = {
  port_id: z.string().nullable().optional(),
  fixed_ip_address: z.ipv4().nullable().optional(),
  description: z.string().optional(),
};

const creation = exactly({
  ...target,
  floating_network_id: z.string(),
  floating_ip_address: z.ipv4().optional(),
  subnet_id: z.string().optional(),
  tenant_id: z.string().optional(),
  project_id: z.string().optional(),
});

const update = exactly(target);

type Target = z.infer<typeof update>;

const OWNER = "network:floatingip";

export function floatingIps(cloud: Cloud): Collection<FloatingIp> {
  const all = cloud.floatingIps;
  return {
    ...{ one: "floatingip", many: "floatingips", path: "floatingips", type: "FloatingIP", all },
    view: floatingIpView,
    create: (body) => {
      const order = bodyOf(body, creation);
      const network = recordOf(networks(cloud), order.floating_network_id);
      if (!network.isExternal) {
        const message = `Network ${network.id} is not a valid external network.`;
        throw new Refusal(400, message, "BadRequest");
      }
      refuseOverQuota(cloud, "floatingip", all.size);
      const base = cloud.describe("", order.description);
      const device = { deviceId: base.id, deviceOwner: OWNER, status: "N/A" } as const;
      const { floating_ip_address: wanted, subnet_id } = order;
      const port = addPort(cloud, network, [{ ip_address: wanted, subnet_id }], device);
      const address = port.fixedIps[0]?.address ?? "";
      const state = { status: "DOWN", work: Promise.resolve() } as const;
      const floatingIp: FloatingIp = { ...base, network, address, ...state };
      all.set(floatingIp.id, floatingIp);
      try {
        point(cloud, floatingIp, order);
      } catch (error) {
        remove(cloud, floatingIp);
        throw error;
      }
      return floatingIp;
    },
    update: (floatingIp, body) => {
      const order = bodyOf(body, update);
      Object.assign(floatingIp, given({ description: order.description }));
      point(cloud, floatingIp, order);
    },
    remove: (floatingIp) => remove(cloud, floatingIp),
  };
}

function remove(cloud: Cloud, floatingIp: FloatingIp): void {
  dissociate(cloud, floatingIp);
  cloud.floatingIps.delete(floatingIp.id);
  const port = [...cloud.ports.values()].find(
    ({ deviceId, deviceOwner }) => deviceId === floatingIp.id && deviceOwner === OWNER,
  );
  if (port) removePort(cloud, port);
}

function point(cloud: Cloud, floatingIp: FloatingIp, order: Target): void {
  const { port_id: portId, fixed_ip_address: fixed } = order;
  if (portId === undefined) return;
  if (portId === null || portId === "") return dissociate(cloud, floatingIp);
  const port = recordOf(ports(cloud), portId);
  associate(cloud, floatingIp, targetFor(cloud, floatingIp, port, fixed ?? undefined));
}

function floatingIpView({ network, address, target, status }: FloatingIp): object {
  return {
    ...{ floating_network_id: network.id, floating_ip_address: address, status },
    ...{ port_id: target?.port.id ?? null, fixed_ip_address: target?.fixed ?? null },
    ...{ router_id: target?.router.id ?? null, dns_name: "", dns_domain: "" },
    ...{ port_details: null, qos_policy_id: null, port_forwardings: [] },
  };
}
