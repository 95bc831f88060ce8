import { randomBytes } from "node:crypto";
import type { Attachment } from "../../networks/networks.ts";
import { conflict, notFound, Refusal } from "../http/refusal.ts";
import type { Cloud } from "./cloud.ts";
import { firewallsChanged } from "./firewall.ts";
import { dissociate } from "./floatingIps.ts";
import type { FixedIp, Network, Port, Subnet } from "./records.ts";

export interface WantedIp {
  readonly subnet_id?: string | undefined;
  readonly ip_address?: string | undefined;
}

type Device = Pick<Port, "deviceId" | "deviceOwner">;

export const NO_DEVICE: Device = { deviceId: "", deviceOwner: "" };

/** As Neutron makes them, with the vendor's prefix of OpenStack. */
const MAC_PREFIX = "fa:16:3e";

/**
 * A port with the addresses that are wanted, or with one of the network where none is named.
 * @throws Refusal where an address is taken or not in the network
 */
export function addPort(
  cloud: Cloud,
  network: Network,
  wanted: readonly WantedIp[] | undefined,
  more: Partial<Port> = {},
): Port {
  refuseOverQuota(cloud, "port", cloud.ports.size);
  const fixedIps = allocate(cloud, network, wanted ?? anyOf(cloud, network));
  const isOfProject = more.deviceOwner === undefined || !more.deviceOwner.startsWith("network:");
  const port: Port = {
    ...cloud.describe(),
    ...{ network, fixedIps, mac: newMac(), adminStateUp: true, pairs: [], status: "DOWN" },
    ...{ groups: new Set(isOfProject ? [cloud.defaultGroup] : []), isSecured: isOfProject },
    ...NO_DEVICE,
    ...more,
  };
  cloud.ports.set(port.id, port);
  firewallsChanged(cloud);
  return port;
}

export function removePort(cloud: Cloud, port: Port): void {
  for (const floatingIp of cloud.floatingIps.values()) {
    if (floatingIp.target?.port === port) dissociate(cloud, floatingIp);
  }
  cloud.ports.delete(port.id);
  cloud.holders.delete(port);
  release(port.fixedIps);
  firewallsChanged(cloud);
}

/** Other addresses for a port; those that it keeps are not given away in between. */
export function readdress(cloud: Cloud, port: Port, wanted: readonly WantedIp[]): void {
  const old = port.fixedIps;
  const isKept = ({ address }: FixedIp) => wanted.some((it) => it.ip_address === address);
  const kept = old.filter(isKept);
  const added = wanted.filter((it) => !kept.some(({ address }) => address === it.ip_address));
  port.fixedIps = [...kept, ...allocate(cloud, port.network, added)];
  release(old.filter((fixedIp) => !isKept(fixedIp)));
  firewallsChanged(cloud);
}

/** Docker's network and the address in it, for what is made with this port. */
export function attachmentsOf({ network, fixedIps }: Port): Attachment[] {
  return fixedIps.map(({ address }) => ({ network: network.plane?.name ?? "", address }));
}

export function subnetsOf({ subnets }: Cloud, network: Network): Subnet[] {
  return [...subnets.values()].filter((subnet) => subnet.network === network);
}

/** @throws Refusal 409 in Neutron's words */
export function refuseOverQuota(
  { options: { quotas } }: Cloud,
  resource: keyof typeof quotas,
  used: number,
  name: string = resource,
): void {
  const limit = quotas[resource];
  if (limit < 0 || used < limit) return;
  throw conflict(`Quota exceeded for resources: ['${name}'].`, "OverQuota");
}

/** One address of the first subnet; none where there is no subnet. */
function anyOf(cloud: Cloud, network: Network): WantedIp[] {
  return subnetsOf(cloud, network)
    .slice(0, 1)
    .map(({ id }) => ({ subnet_id: id }));
}

/** All or none. */
function allocate(cloud: Cloud, network: Network, wanted: readonly WantedIp[]): FixedIp[] {
  const fixedIps: FixedIp[] = [];
  try {
    for (const one of wanted) fixedIps.push(allocateOne(cloud, network, one));
    return fixedIps;
  } catch (error) {
    release(fixedIps);
    throw error;
  }
}

function allocateOne(cloud: Cloud, network: Network, wanted: WantedIp): FixedIp {
  const subnet = subnetFor(cloud, network, wanted);
  if (wanted.ip_address !== undefined) {
    if (subnet.addresses.take(wanted.ip_address)) return { subnet, address: wanted.ip_address };
    const message = `IP address ${wanted.ip_address} already allocated in subnet ${subnet.id}`;
    throw conflict(message, "IpAddressAlreadyAllocated");
  }
  const address = subnet.addresses.allocate();
  if (address !== undefined) return { subnet, address };
  throw conflict(
    `No more IP addresses available on network ${network.id}.`,
    "IpAddressGenerationFailure",
  );
}

function subnetFor(cloud: Cloud, network: Network, wanted: WantedIp): Subnet {
  const { subnet_id: id, ip_address: address } = wanted;
  if (id !== undefined && !cloud.subnets.has(id)) throw notFound("Subnet", id, "SubnetNotFound");
  const subnet = subnetsOf(cloud, network).find(
    (it) => (id === undefined || it.id === id) && (!address || it.addresses.contains(address)),
  );
  if (subnet) return subnet;
  const message = `Invalid input for operation: ${address ?? id} is not in network ${network.id}.`;
  throw new Refusal(400, message, "InvalidInput");
}

function release(fixedIps: readonly FixedIp[]): void {
  for (const { subnet, address } of fixedIps) subnet.addresses.release(address);
}

function newMac(): string {
  const parts = [...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, "0"));
  return [MAC_PREFIX, ...parts].join(":");
}
