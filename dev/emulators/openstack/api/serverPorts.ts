import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import { firewallsChanged } from "../cloud/firewall.ts";
import { addPort, removePort } from "../cloud/ports.ts";
import type { Network, Port, SecurityGroup } from "../cloud/records.ts";
import { exactly } from "../http/body.ts";
import { conflict, Refusal } from "../http/refusal.ts";

const oneNetwork = exactly({
  uuid: z.string().optional(),
  port: z.string().optional(),
  fixed_ip: z.string().optional(),
});

export const wantedNetworks = z.array(oneNetwork);

export type WantedNetworks = z.infer<typeof wantedNetworks>;

type Device = Pick<Port, "deviceId" | "deviceOwner">;

interface Ports {
  readonly ports: Port[];
  /** Those that were made here. */
  readonly ownPorts: Port[];
}

/** A new server's ports, bound to it: all of them or none. @throws Refusal */
export function portsFor(
  cloud: Cloud,
  device: Device,
  networks: WantedNetworks = defaultNetworks(cloud),
  groupNames: readonly string[],
): Ports {
  const groups = groupNames.length > 0 ? { groups: groupsBy(cloud, groupNames) } : {};
  const ownPorts: Port[] = [];
  try {
    const ports = networks.map((wanted) => {
      if (wanted.port !== undefined) return freePort(cloud, wanted.port);
      const port = addPort(cloud, networkFor(cloud, wanted.uuid), fixed(wanted.fixed_ip), {
        ...device,
        ...groups,
      });
      ownPorts.push(port);
      return port;
    });
    for (const port of ports) Object.assign(port, device);
    firewallsChanged(cloud);
    return { ports, ownPorts };
  } catch (error) {
    for (const port of ownPorts) removePort(cloud, port);
    throw error;
  }
}

/** The project's only network; as at OVH, the external one where it has none. */
function defaultNetworks(cloud: Cloud): WantedNetworks {
  const own = [...cloud.networks.values()].filter(({ isExternal }) => !isExternal);
  if (own.length > 1) {
    throw conflict("Multiple possible networks found, use a Network ID to be more specific.");
  }
  return [{ uuid: (own[0] ?? cloud.external).id }];
}

function groupsBy({ groups }: Cloud, names: readonly string[]): Set<SecurityGroup> {
  const found = names.map((name) => {
    const group = [...groups.values()].find((it) => it.name === name || it.id === name);
    if (!group) throw new Refusal(400, `Unable to find security_group with name or id '${name}'`);
    return group;
  });
  return new Set(found);
}

function freePort({ ports }: Cloud, id: string): Port {
  const port = ports.get(id);
  if (!port) throw new Refusal(400, `Port ${id} could not be found.`);
  if (port.deviceId !== "") throw conflict(`Port ${id} is still in use.`);
  if (port.fixedIps.length === 0) {
    throw new Refusal(400, `Port ${id} requires a FixedIP in order to be used.`);
  }
  return port;
}

function networkFor({ networks }: Cloud, id: string | undefined): Network {
  const network = networks.get(id ?? "");
  if (!network) throw new Refusal(400, `Network ${id ?? ""} could not be found.`);
  if (!network.plane) {
    throw new Refusal(
      400,
      `Network ${network.id} requires a subnet in order to boot instances on.`,
    );
  }
  return network;
}

function fixed(address: string | undefined) {
  return address === undefined ? undefined : [{ ip_address: address }];
}
