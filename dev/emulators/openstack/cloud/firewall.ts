import type { PortFirewall, PortRule } from "../plane/machines.ts";
import type { Cloud } from "./cloud.ts";
import type { Port, SecurityRule, Server } from "./records.ts";

const PROTOCOLS = ["tcp", "udp", "icmp"] as const;

/** What each machine was told last, as text. */
const told = new WeakMap<object, string>();

/** After any change of rules, groups or addresses; takes effect after the delay. */
export function firewallsChanged(cloud: Cloud): void {
  const { schedule, delays } = cloud.options;
  schedule.after(schedule.draw(delays.firewallEffect), "changing firewalls", async () => {
    await Promise.all([...cloud.servers.values()].map((server) => tell(cloud, server)));
  });
}

/** A machine that has booted again knows no rules. */
export async function tellAgain(cloud: Cloud, server: Server): Promise<void> {
  if (server.machine) told.delete(server.machine);
  await tell(cloud, server);
}

/** The rules of a server's ports as addresses. */
export function firewallsOf(cloud: Cloud, { ports }: Server): PortFirewall[] {
  return ports.flatMap((port) => {
    const rules = port.isSecured ? rulesOf(cloud, port) : undefined;
    return port.fixedIps.map(({ address }) => ({ address, rules }));
  });
}

async function tell(cloud: Cloud, server: Server): Promise<void> {
  const { machine, ports } = server;
  // One that is off or gone is told when it boots again.
  if (!machine || !ports.some((port) => cloud.holders.get(port) === machine)) return;
  const firewalls = firewallsOf(cloud, server);
  const text = JSON.stringify(firewalls);
  if (told.get(machine) === text) return;
  told.set(machine, text);
  await machine.setFirewalls(firewalls);
}

function rulesOf(cloud: Cloud, { groups }: Port): PortRule[] {
  return [...groups]
    .flatMap(({ rules }) => [...rules.values()])
    .filter(({ ethertype }) => ethertype === "IPv4")
    .flatMap((rule) => resolve(cloud, rule));
}

/** Nothing where its protocol is not emulated, or its remote group has no address. */
function resolve(cloud: Cloud, rule: SecurityRule): PortRule[] {
  const peers = peersOf(cloud, rule);
  const protocol =
    rule.protocol === null ? "all" : PROTOCOLS.find((name) => name === rule.protocol);
  if (!protocol || peers.length === 0) return [];
  const direction = rule.direction === "ingress" ? "in" : "out";
  return [{ direction, protocol, ports: portsOf(rule), peers }];
}

function portsOf({ protocol, portMin, portMax }: SecurityRule): string {
  // For icmp they are a type and a code.
  if (protocol === "icmp" || portMin === null) return "all";
  return portMin === portMax ? String(portMin) : `${portMin}-${portMax}`;
}

function peersOf(cloud: Cloud, { remoteGroup, remotePrefix }: SecurityRule): string[] {
  if (remotePrefix !== null) {
    return [remotePrefix.includes("/") ? remotePrefix : `${remotePrefix}/32`];
  }
  if (remoteGroup === null) return ["0.0.0.0/0"];
  return [...cloud.ports.values()]
    .filter(({ groups }) => [...groups].some(({ id }) => id === remoteGroup))
    .flatMap(({ fixedIps }) => fixedIps.map(({ address }) => `${address}/32`));
}
