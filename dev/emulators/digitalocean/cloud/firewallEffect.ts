import type { InboundRule } from "../plane/machines.ts";
import type { Cloud } from "./cloud.ts";
import type { Droplet, Firewall, Inbound, Targets } from "./records.ts";

const IPV4 = /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/;

/** What each machine was told last, as text. */
const told = new WeakMap<object, string>();

/** After any change of rules, tags, droplets or load balancers; takes effect after the delay. */
export function firewallsChanged(cloud: Cloud): void {
  const { schedule, delays } = cloud.options;
  schedule.after(schedule.draw(delays.firewallEffect), "changing firewalls", async () => {
    await Promise.all([...cloud.droplets.values()].map((droplet) => tell(cloud, droplet)));
  });
}

/** The rules for a droplet as addresses; undefined where no firewall applies to it. */
export function rulesFor(cloud: Cloud, droplet: Droplet): InboundRule[] | undefined {
  const firewalls = firewallsOf(cloud, droplet);
  if (firewalls.length === 0) return undefined;
  const rules = firewalls.flatMap(({ inbound }) => inbound.map((rule) => resolve(cloud, rule)));
  return rules.filter(({ sources }) => sources.length > 0);
}

/** By id or by a tag that the droplet carries. */
export function firewallsOf(cloud: Cloud, { id, tags }: Droplet): Firewall[] {
  return [...cloud.firewalls.values()].filter(
    (it) => it.dropletIds.has(id) || [...it.tags].some((tag) => tags.has(tag)),
  );
}

/** A machine that has booted again knows no rules. */
export async function tellAgain(cloud: Cloud, droplet: Droplet): Promise<void> {
  if (droplet.machine) told.delete(droplet.machine);
  await tell(cloud, droplet);
}

async function tell(cloud: Cloud, droplet: Droplet): Promise<void> {
  const { machine, hasVanished } = droplet;
  if (!machine || hasVanished) return;
  const rules = rulesFor(cloud, droplet);
  const text = JSON.stringify(rules) ?? "none";
  if (told.get(machine) === text || (rules === undefined && !told.has(machine))) return;
  told.set(machine, text);
  await machine.setFirewall(rules);
}

function resolve(cloud: Cloud, { protocol, ports, sources }: Inbound): InboundRule {
  return { protocol, ports: ports ?? "0", sources: addressesOf(cloud, sources) };
}

function addressesOf(cloud: Cloud, targets: Targets): string[] {
  const droplets = [...cloud.droplets.values()].filter(
    ({ id, tags }) =>
      targets.droplet_ids?.includes(id) || targets.tags?.some((tag) => tags.has(tag)),
  );
  const balancers = [...cloud.loadBalancers.values()].filter(({ id }) =>
    targets.load_balancer_uids?.includes(id),
  );
  const named = [...droplets, ...balancers].flatMap(({ addresses }) => Object.values(addresses));
  const plain = (targets.addresses ?? []).filter((address) => IPV4.test(address));
  return [...plain, ...named].map((address) => (address.includes("/") ? address : `${address}/32`));
}
