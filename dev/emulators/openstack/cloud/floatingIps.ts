import { conflict, notFound } from "../http/refusal.ts";
import type { PortHolder } from "../plane/machines.ts";
import type { Cloud } from "./cloud.ts";
import type { FloatingIp, Network, Port, Router, Target } from "./records.ts";

/** Where a floating IP would lead to. @throws Refusal in Neutron's words */
export function targetFor(
  cloud: Cloud,
  { network }: Pick<FloatingIp, "network">,
  port: Port,
  fixed = port.fixedIps[0]?.address ?? "",
): Target {
  const fixedIp = port.fixedIps.find(({ address }) => address === fixed);
  if (!fixedIp) {
    const message = `Cannot associate floating IP with port ${port.id}: it has no address ${fixed}.`;
    throw conflict(message, "InvalidFixedIP");
  }
  const router = routerBetween(cloud, port.network, network);
  if (!router) {
    const message =
      `External network ${network.id} is not reachable from subnet ${fixedIp.subnet.id}. ` +
      `Therefore, cannot associate Port ${port.id} with a Floating IP.`;
    throw notFound(message, "", "ExternalGatewayForFloatingIPNotFound");
  }
  return { port, fixed, router };
}

/** Leads it there after the delay, and away from where it led before. */
export function associate(cloud: Cloud, floatingIp: FloatingIp, target: Target): void {
  const { port, fixed } = floatingIp.target ?? {};
  if (port === target.port && fixed === target.fixed) return;
  const taken = [...cloud.floatingIps.values()].find(
    (it) =>
      it !== floatingIp && it.target?.port === target.port && it.target.fixed === target.fixed,
  );
  if (taken) {
    const message =
      `Cannot associate floating IP ${floatingIp.address} with port ${target.port.id} using fixed ` +
      `IP ${target.fixed}, as that fixed IP already has a floating IP on external network.`;
    throw conflict(message, "FloatingIPPortAlreadyAssociated");
  }
  lead(cloud, floatingIp, target);
}

export function dissociate(cloud: Cloud, floatingIp: FloatingIp): void {
  if (floatingIp.target) lead(cloud, floatingIp, undefined);
}

/** What holds a port has booted again, or is new: it knows of no floating IP. */
export async function leadAgain(cloud: Cloud, port: Port): Promise<void> {
  for (const { leadsTo, address } of cloud.floatingIps.values()) {
    if (leadsTo?.port !== port) continue;
    await cloud.holders.get(port)?.addFloating(address, leadsTo.fixed);
  }
}

/** The router that stands in one network and has its gateway in the other. */
export function routerBetween(cloud: Cloud, inside: Network, outside: Network): Router | undefined {
  const routers = [...cloud.routers.values()].filter(({ gateway }) => gateway?.network === outside);
  return routers.find(({ id }) =>
    interfacesOf(cloud, id).some(({ network }) => network === inside),
  );
}

/** A router's ports in the project's networks. */
export function interfacesOf({ ports }: Cloud, routerId: string): Port[] {
  return [...ports.values()].filter(
    ({ deviceId, deviceOwner }) =>
      deviceId === routerId && deviceOwner === "network:router_interface",
  );
}

function lead(cloud: Cloud, floatingIp: FloatingIp, to: Target | undefined): void {
  const { schedule, delays } = cloud.options;
  const from = floatingIp.target;
  const holder = from && cloud.holders.get(from.port);
  floatingIp.target = to;
  const before = floatingIp.work;
  const what = `moving floating IP ${floatingIp.address}`;
  const move = () =>
    leadAway(cloud, floatingIp, from, holder).then(() => leadTo(cloud, floatingIp, to));
  floatingIp.work = new Promise((resolve) => {
    const delay = schedule.draw(delays.floatingEffect);
    schedule.after(delay, what, () => before.then(move).finally(resolve));
  });
}

/** Does nothing where it never came to lead there. */
async function leadAway(
  cloud: Cloud,
  floatingIp: FloatingIp,
  from: Target | undefined,
  holder: PortHolder | undefined,
): Promise<void> {
  if (!from || floatingIp.leadsTo !== from) return;
  floatingIp.leadsTo = undefined;
  // A machine that has been turned off since has lost it by itself; a port that is gone has not.
  const isThere = !cloud.ports.has(from.port.id) || cloud.holders.get(from.port) === holder;
  if (isThere) await holder?.removeFloating(floatingIp.address, from.fixed);
}

/** Does nothing where it is to lead to something else by now. */
async function leadTo(cloud: Cloud, floatingIp: FloatingIp, to: Target | undefined): Promise<void> {
  if (floatingIp.target !== to) return;
  if (to) await cloud.holders.get(to.port)?.addFloating(floatingIp.address, to.fixed);
  floatingIp.leadsTo = to;
  floatingIp.status = to ? "ACTIVE" : "DOWN";
}
