import { actionView, actionsOf, begin, complete } from "../cloud/actions.ts";
import { type Cloud, only, openRegion } from "../cloud/cloud.ts";
import { machineOf } from "../cloud/dropletLife.ts";
import { assign, withdraw } from "../cloud/projects.ts";
import type { Action, Droplet, ReservedIp } from "../cloud/records.ts";
import { unprocessable } from "../http/apiError.ts";
import { accepted, created, type Handlers, NO_CONTENT, ok, type Request } from "../http/handler.ts";
import { page } from "../http/page.ts";
import { dropletView } from "./dropletView.ts";

interface ReservedIpCreate {
  readonly region?: string;
  readonly droplet_id?: number;
  readonly project_id?: string;
}

type IpAction =
  { readonly type: "unassign" } | { readonly type: "assign"; readonly droplet_id: number };

export const reservedIpHandlers: Handlers = {
  reservedIPs_list: (request, cloud) =>
    page(
      request,
      "reserved_ips",
      [...cloud.reservedIps.values()].map((ip) => ipView(cloud, ip)),
    ),
  reservedIPs_create: ({ body, url }, cloud) => {
    const { droplet_id: dropletId } = body as ReservedIpCreate;
    const ip = reserve(body as ReservedIpCreate, cloud);
    const droplet = dropletId === undefined ? undefined : cloud.droplets.get(dropletId);
    const actions = droplet ? [moveTo(cloud, ip, droplet)] : [];
    const links = actions.map(({ id }) => ({
      ...{ id, rel: "assign_ip", href: new URL(`/v2/actions/${id}`, url).href },
    }));
    return accepted({ reserved_ip: ipView(cloud, ip), links: { actions: links } });
  },
  reservedIPs_get: (request, cloud) => ok({ reserved_ip: ipView(cloud, ipOf(request, cloud)) }),
  reservedIPs_delete: (request, cloud) => {
    const ip = ipOf(request, cloud);
    refuseLocked(ip);
    cloud.reservedIps.delete(ip.address);
    withdraw(cloud, urnOf(ip));
    cloud.options.schedule.now(`deleting reserved IP ${ip.address}`, async () => {
      await detach(cloud, ip);
      cloud.options.publicNetwork.release(ip.address);
    });
    return NO_CONTENT;
  },
  reservedIPsActions_list: (request, cloud) => {
    const actions = actionsOf(cloud, "reserved_ip", numberOf(ipOf(request, cloud)));
    return page(request, "actions", actions.map(actionView));
  },
  reservedIPsActions_post: (request, cloud) => {
    const ip = ipOf(request, cloud);
    const wanted = request.body as IpAction;
    refuseLocked(ip);
    if (wanted.type === "unassign") {
      if (ip.dropletId === undefined) throw unprocessable("The reserved IP is not assigned.");
      return created({ action: actionView(moveTo(cloud, ip, undefined)) });
    }
    const droplet = cloud.droplets.get(wanted.droplet_id);
    if (!droplet) throw unprocessable("The Droplet does not exist.");
    return created({ action: actionView(moveTo(cloud, ip, droplet)) });
  },
  reservedIPsActions_get: (request, cloud) => {
    const number = numberOf(ipOf(request, cloud));
    const action = cloud.actions.get(Number(request.parameters["action_id"]));
    const isOfIp = action?.resourceType === "reserved_ip" && action.resourceId === number;
    return ok({ action: actionView(only(isOfIp ? action : undefined)) });
  },
};

function ipOf({ parameters }: Request, { reservedIps }: Cloud): ReservedIp {
  return only(reservedIps.get(String(parameters["reserved_ip"])));
}

function reserve(order: ReservedIpCreate, cloud: Cloud): ReservedIp {
  const droplet = order.droplet_id === undefined ? undefined : cloud.droplets.get(order.droplet_id);
  if (order.droplet_id !== undefined && !droplet)
    throw unprocessable("The Droplet does not exist.");
  if (cloud.reservedIps.size >= cloud.options.limits.reservedIps) {
    throw unprocessable("You have reached the limit of reserved IPs on your account.");
  }
  const region = droplet?.region ?? openRegion(order.region);
  const project = cloud.projects.get(order.project_id ?? cloud.defaultProject.id);
  if (!project) throw unprocessable(`project ${order.project_id} not found`);
  const address = cloud.options.publicNetwork.allocate();
  const ip: ReservedIp = { address, region, projectId: project.id, locked: false };
  cloud.reservedIps.set(address, ip);
  assign(cloud, project, urnOf(ip));
  return ip;
}

/** The address leaves the droplet that has it before it comes to another one. */
function moveTo(cloud: Cloud, ip: ReservedIp, droplet: Droplet | undefined): Action {
  if (droplet && !droplet.machine) throw unprocessable("The Droplet is not active yet.");
  if (droplet && droplet.region !== ip.region)
    throw unprocessable("The Droplet is in another region.");
  ip.locked = true;
  const subject = { resourceId: numberOf(ip), region: ip.region } as const;
  const type = droplet ? "assign_ip" : "unassign_ip";
  const action = begin(cloud, type, { resourceType: "reserved_ip", ...subject });
  complete(cloud, action, async () => {
    ip.locked = false;
    await detach(cloud, ip);
    if (!droplet || !cloud.droplets.has(droplet.id)) return;
    if (!droplet.hasVanished) await machineOf(droplet).addAddress(ip.address);
    ip.dropletId = droplet.id;
  });
  return action;
}

async function detach(cloud: Cloud, ip: ReservedIp): Promise<void> {
  const droplet = cloud.droplets.get(ip.dropletId ?? 0);
  delete ip.dropletId;
  if (droplet?.hasVanished) return;
  await droplet?.machine?.removeAddress(ip.address);
}

function refuseLocked({ locked }: ReservedIp): void {
  if (locked) throw unprocessable("The reserved IP already has a pending event.");
}

function urnOf({ address }: ReservedIp): string {
  return `do:floatingip:${address}`;
}

/** Actions name what they are about by a number: the address read as one. */
function numberOf({ address }: ReservedIp): number {
  return address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

function ipView(
  cloud: Cloud,
  { address, region, dropletId, locked, projectId }: ReservedIp,
): object {
  const droplet = cloud.droplets.get(dropletId ?? 0);
  const view = droplet ? dropletView(cloud, droplet) : null;
  return { ip: address, region, droplet: view, locked, project_id: projectId };
}
