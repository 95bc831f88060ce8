import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import { interfacesOf } from "../cloud/floatingIps.ts";
import { addPort, removePort } from "../cloud/ports.ts";
import type { Port, Router, Subnet } from "../cloud/records.ts";
import { bodyOf, exactly } from "../http/body.ts";
import { conflict, notFound, Refusal } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";
import { recordOf } from "./collection.ts";
import { ports } from "./ports.ts";
import { routers } from "./routers.ts";
import { subnets } from "./subnets.ts";

const OWNER = "network:router_interface";

const which = exactly({ subnet_id: z.string().optional(), port_id: z.string().optional() });

type Which = z.infer<typeof which>;

export function routerInterfaceRoutes(cloud: Cloud): Routes {
  const path = "/v2.0/routers/{id}";
  return {
    [`PUT ${path}/add_router_interface`]: ({ body }, { id = "" }) => {
      const router = recordOf(routers(cloud), id);
      return { status: 200, body: view(router, add(cloud, router, bodyOf(body, which))) };
    },
    [`PUT ${path}/remove_router_interface`]: ({ body }, { id = "" }) => {
      const router = recordOf(routers(cloud), id);
      const port = find(cloud, router, bodyOf(body, which));
      const answer = view(router, port);
      refuseUsedByFloatingIp(cloud, router, port);
      removePort(cloud, port);
      return { status: 200, body: answer };
    },
  };
}

function add(cloud: Cloud, router: Router, wanted: Which): Port {
  const device = { deviceId: router.id, deviceOwner: OWNER };
  if (wanted.port_id !== undefined) {
    const port = recordOf(ports(cloud), wanted.port_id);
    if (port.deviceId !== "") {
      const message =
        `Unable to complete operation on port ${port.id} for network ${port.network.id}. ` +
        `Port already has an attached device ${port.deviceId}.`;
      throw conflict(message, "PortInUse");
    }
    return Object.assign(port, device, { status: "ACTIVE" });
  }
  const subnet = recordOf(subnets(cloud), wanted.subnet_id ?? "");
  const address = gatewayOf(cloud, router, subnet);
  const fixedIps = [{ subnet_id: subnet.id, ip_address: address }];
  return addPort(cloud, subnet.network, fixedIps, { ...device, status: "ACTIVE" });
}

function gatewayOf(cloud: Cloud, router: Router, subnet: Subnet): string {
  const isIn = interfacesOf(cloud, router.id).some(({ network }) => network === subnet.network);
  if (isIn) {
    const message = `Bad router request: Router already has a port on subnet ${subnet.id}.`;
    throw new Refusal(400, message, "BadRequest");
  }
  if (subnet.gateway !== null) return subnet.gateway;
  const message = "Bad router request: Subnet for router interface must have a gateway IP.";
  throw new Refusal(400, message, "BadRequest");
}

function find(cloud: Cloud, router: Router, { port_id: portId, subnet_id: subnetId }: Which): Port {
  const port = interfacesOf(cloud, router.id).find(
    ({ id, fixedIps }) => id === portId || fixedIps.some(({ subnet }) => subnet.id === subnetId),
  );
  if (port) return port;
  const message = `Router ${router.id} does not have an interface on subnet`;
  throw notFound(message, subnetId ?? portId ?? "", "RouterInterfaceNotFoundForSubnet");
}

function refuseUsedByFloatingIp({ floatingIps }: Cloud, router: Router, { network }: Port): void {
  const isUsed = [...floatingIps.values()].some(
    ({ target }) => target?.router === router && target.port.network === network,
  );
  if (!isUsed) return;
  const message =
    `Router interface for network ${network.id} on router ${router.id} cannot be deleted, ` +
    "as it is required by one or more floating IPs.";
  throw conflict(message, "RouterInterfaceInUseByFloatingIP");
}

function view({ id, projectId }: Router, port: Port): object {
  const subnetIds = port.fixedIps.map(({ subnet }) => subnet.id);
  return {
    ...{ id, tenant_id: projectId, port_id: port.id, network_id: port.network.id },
    ...{ subnet_id: subnetIds[0], subnet_ids: subnetIds },
  };
}
