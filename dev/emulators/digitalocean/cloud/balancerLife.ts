import { setTimeout as sleep } from "node:timers/promises";
import { forbidden } from "../http/apiError.ts";
import type { Member } from "../plane/balancers.ts";
import { pemOf } from "./certificates.ts";
import { type Cloud, only } from "./cloud.ts";
import { withdraw } from "./projects.ts";
import type { Droplet, LoadBalancer } from "./records.ts";
import { attachments, releaseAddresses } from "./vpcNetwork.ts";

const SETTLED_EVERY_MS = 50;
const SETTLED_WITHIN_MS = 60_000;

/** Starts a load balancer that is recorded as new; its members come as with any later change. */
export function startBalancer(cloud: Cloud, balancer: LoadBalancer): void {
  const { schedule, delays, plane } = cloud.options;
  const { id, settings, vpc, addresses } = balancer;
  const certificate = (certificateId: string) => pemOf(cloud, certificateId);
  const order = { id, settings, certificate, labels: cloud.labels };
  const at = attachments(cloud, vpc, addresses);
  queue(cloud, balancer, `starting load balancer ${balancer.name}`, async () => {
    balancer.running = await plane.balancers.create({ ...order, ...at });
    balancer.effective = settings;
    schedule.after(schedule.draw(delays.balancerActive), "activating a load balancer", () => {
      balancer.status = "active";
    });
  });
  change(cloud, balancer);
}

/** The vendor refuses changes until the one before has taken effect. @throws ApiError 403 */
export function refuseWhilePending({ pending, status }: LoadBalancer): void {
  if (pending === 0 && status !== "new") return;
  // The words and the status that the API was seen to answer (digitalocean/openapi issue 1173).
  throw forbidden("Load Balancer can't be updated while it processes previous actions");
}

/** Brings the recorded settings and members into force, after the vendor's delay. */
export function change(cloud: Cloud, balancer: LoadBalancer): void {
  const { schedule, delays } = cloud.options;
  const { settings } = balancer;
  const members = membersOf(cloud, balancer);
  balancer.intended = members.map(({ dropletId }) => dropletId);
  balancer.pending++;
  // Never before an earlier change: what was asked for last holds in the end.
  const at = Math.max(balancer.effectAt, Date.now() + schedule.draw(delays.balancerEffect));
  balancer.effectAt = at;
  schedule.after(at - Date.now(), `changing load balancer ${balancer.name}`, () => {
    queue(cloud, balancer, `changing load balancer ${balancer.name}`, async () => {
      try {
        await balancer.running?.apply(settings, members);
        balancer.effective = settings;
      } finally {
        balancer.pending--;
      }
    });
  });
}

/** After any change of tags or droplets: the balancers whose members are others now. */
export function membersChanged(cloud: Cloud): void {
  for (const balancer of cloud.loadBalancers.values()) {
    const ids = membersOf(cloud, balancer).map(({ dropletId }) => dropletId);
    if (ids.join() !== balancer.intended.join()) change(cloud, balancer);
  }
}

export function stopBalancer(cloud: Cloud, balancer: LoadBalancer): void {
  cloud.loadBalancers.delete(balancer.id);
  withdraw(cloud, urnOf(balancer));
  queue(cloud, balancer, `removing load balancer ${balancer.name}`, async () => {
    await balancer.running?.remove();
    delete balancer.running;
    releaseAddresses(cloud, balancer.vpc, balancer.addresses);
    balancer.vpc.members.delete(urnOf(balancer));
  });
}

/** Resolves when no change is on its way any more. @throws Error after a minute */
export async function settled(cloud: Cloud, id: string): Promise<void> {
  const balancer = only(cloud.loadBalancers.get(id));
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while (balancer.pending > 0 || balancer.status === "new") {
    if (Date.now() > deadline) {
      throw new Error(`${balancer.name} has ${balancer.pending} changes pending after a minute.`);
    }
    await sleep(SETTLED_EVERY_MS);
  }
}

/** The droplets that are recorded as members, whether or not that has taken effect. */
export function dropletsOf(cloud: Cloud, { membership }: LoadBalancer): Droplet[] {
  const all = [...cloud.droplets.values()];
  if ("ids" in membership) return all.filter(({ id }) => membership.ids.includes(id));
  return all.filter(({ tags }) => tags.has(membership.tag));
}

export function urnOf({ id }: LoadBalancer): string {
  return `do:loadbalancer:${id}`;
}

/** A balancer reaches only what stands in its own VPC. */
function membersOf(cloud: Cloud, balancer: LoadBalancer): Member[] {
  return dropletsOf(cloud, balancer)
    .filter(({ vpc }) => vpc === balancer.vpc)
    .map(({ id, addresses }) => ({ dropletId: id, address: addresses.private }));
}

function queue(
  cloud: Cloud,
  balancer: LoadBalancer,
  what: string,
  doing: () => Promise<void>,
): void {
  const before = balancer.work;
  balancer.work = new Promise((resolve) => {
    cloud.options.schedule.now(what, () => before.then(doing).finally(resolve));
  });
}
