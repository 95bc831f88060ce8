import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import { interfacesOf } from "../cloud/floatingIps.ts";
import { addPort, refuseOverQuota, removePort } from "../cloud/ports.ts";
import type { Gateway, Router } from "../cloud/records.ts";
import { bodyOf, exactly, given } from "../http/body.ts";
import { conflict, Refusal } from "../http/refusal.ts";
import { type Collection, common, named, recordOf } from "./collection.ts";
import { networks } from "./networks.ts";

const gatewayInfo = exactly({
  network_id: z.string().optional(),
  enable_snat: z.boolean().optional(),
  external_fixed_ips: z
    .array(exactly({ subnet_id: z.string().optional(), ip_address: z.string().optional() }))
    .optional(),
});

const changeable = {
  admin_state_up: z.boolean().optional(),
  external_gateway_info: gatewayInfo.nullable().optional(),
};

const creation = exactly({ ...common, ...changeable, distributed: z.literal(false).optional() });
const update = exactly({ ...named, ...changeable });

type GatewayInfo = z.infer<typeof gatewayInfo>;

export function routers(cloud: Cloud): Collection<Router> {
  const all = cloud.routers;
  return {
    ...{ one: "router", many: "routers", path: "routers", type: "Router", all },
    view: routerView,
    create: (body) => {
      const order = bodyOf(body, creation);
      refuseOverQuota(cloud, "router", all.size);
      const base = cloud.describe(order.name, order.description);
      const router: Router = { ...base, adminStateUp: order.admin_state_up ?? true };
      router.gateway = gatewayFor(cloud, router, order.external_gateway_info);
      all.set(router.id, router);
      return router;
    },
    update: (router, body) => {
      const order = bodyOf(body, update);
      const { name, description, admin_state_up: adminStateUp } = order;
      Object.assign(router, given({ name, description, adminStateUp }));
      if (order.external_gateway_info !== undefined) {
        setGateway(cloud, router, order.external_gateway_info);
      }
    },
    remove: (router) => {
      if (interfacesOf(cloud, router.id).length > 0) {
        throw conflict(`Router ${router.id} still has ports`, "RouterInUse");
      }
      setGateway(cloud, router, null);
      all.delete(router.id);
    },
  };
}

function setGateway(cloud: Cloud, router: Router, info: GatewayInfo | null): void {
  const { gateway } = router;
  if (gateway && gateway.network.id === info?.network_id) {
    router.gateway = { ...gateway, snat: info.enable_snat ?? gateway.snat };
    return;
  }
  const isUsed = [...cloud.floatingIps.values()].some(({ target }) => target?.router === router);
  if (isUsed) {
    const message =
      `Gateway cannot be updated for router ${router.id}, since a gateway to external network ` +
      "is required by one or more floating IPs.";
    throw conflict(message, "RouterExternalGatewayInUseByFloatingIp");
  }
  router.gateway = gatewayFor(cloud, router, info);
  if (gateway) removePort(cloud, gateway.port);
}

function gatewayFor(
  cloud: Cloud,
  router: Router,
  info: GatewayInfo | null | undefined,
): Gateway | undefined {
  if (!info?.network_id) return undefined;
  const network = recordOf(networks(cloud), info.network_id);
  if (!network.isExternal) {
    const message = `Bad router request: Network ${network.id} is not an external network.`;
    throw new Refusal(400, message, "BadRequest");
  }
  const device = { deviceId: router.id, deviceOwner: "network:router_gateway" };
  const port = addPort(cloud, network, info.external_fixed_ips, { ...device, status: "ACTIVE" });
  return { network, port, snat: info.enable_snat ?? true };
}

function routerView({ gateway, adminStateUp }: Router): object {
  return {
    ...{ status: "ACTIVE", admin_state_up: adminStateUp, distributed: false, ha: false },
    ...{ routes: [], availability_zone_hints: [], availability_zones: ["nova"] },
    external_gateway_info: gateway
      ? {
          network_id: gateway.network.id,
          enable_snat: gateway.snat,
          external_fixed_ips: gateway.port.fixedIps.map(({ subnet, address }) => ({
            ...{ subnet_id: subnet.id, ip_address: address },
          })),
        }
      : null,
  };
}
