import type { Attachment } from "../../networks/networks.ts";
import { conflict, notFound } from "../http/refusal.ts";
import type { Cloud } from "./cloud.ts";
import { leadAgain } from "./floatingIps.ts";
import { addPort, attachmentsOf, NO_DEVICE, removePort } from "./ports.ts";
import type { Network, Port } from "./records.ts";

/** What another service wants a port for; at least one of port, subnet and network is named. */
export interface VipOrder {
  readonly loadBalancerId: string;
  readonly portId?: string | undefined;
  readonly subnetId?: string | undefined;
  readonly networkId?: string | undefined;
  readonly address?: string | undefined;
}

/** A port in the API's words; `network` is Docker's name of the network. */
export interface Vip extends Attachment {
  readonly port_id: string;
  readonly subnet_id: string;
  readonly network_id: string;
}

/** Brings addresses of the external network to what answers at a VIP, and takes them away. */
export interface Publisher {
  publish(portId: string, at: Attachment): Promise<void>;
  /** @param network Docker's name */
  withdraw(portId: string, network: string): Promise<void>;
}

/** What other services ask of the network. */
export interface Neutron {
  /** Makes a port, or takes the named one. @throws Refusal for what does not exist or is taken */
  allocate(order: VipOrder): Promise<Vip>;
  /** Removes a port that it made, and frees one that it took. */
  release(vip: Vip): Promise<void>;
  hasSubnet(id: string): boolean;
  /** From now on it is told of floating IPs that lead to ports which were allocated here. */
  tell(publisher: Publisher): void;
}

const OWNER = "Octavia";

export function neutronOf(cloud: Cloud): Neutron {
  const taken = new Set<Port>();
  let publisher: Publisher | undefined;
  const hold = (port: Port): void => {
    const network = cloud.options.external.name;
    cloud.holders.set(port, {
      addFloating: async (address) => await publisher?.publish(port.id, { network, address }),
      removeFloating: async () => await publisher?.withdraw(port.id, network),
    });
  };
  return {
    allocate: async (order) => {
      const port = order.portId === undefined ? newPort(cloud, order) : freePort(cloud, order);
      if (order.portId !== undefined) taken.add(port);
      port.status = "ACTIVE";
      hold(port);
      await leadAgain(cloud, port);
      return vipOf(port);
    },
    release: async ({ port_id: id }) => {
      const port = cloud.ports.get(id);
      if (port)
        await Promise.resolve(taken.delete(port) ? free(cloud, port) : removePort(cloud, port));
    },
    hasSubnet: (id) => cloud.subnets.has(id),
    tell: (told) => void (publisher = told),
  };
}

function newPort(cloud: Cloud, order: VipOrder): Port {
  const { loadBalancerId: id, subnetId, address } = order;
  const device = { deviceId: `lb-${id}`, deviceOwner: OWNER, name: `octavia-lb-${id}` };
  const wanted = [{ subnet_id: subnetId, ip_address: address }];
  return addPort(cloud, networkFor(cloud, order), wanted, device);
}

function freePort({ ports }: Cloud, { portId = "", loadBalancerId }: VipOrder): Port {
  const port = ports.get(portId);
  if (!port) throw notFound("Port", portId, "PortNotFound");
  if (port.deviceId !== "") throw conflict(`Port ${portId} is still in use.`, "PortInUse");
  return Object.assign(port, { deviceId: `lb-${loadBalancerId}`, deviceOwner: OWNER });
}

function free({ holders }: Cloud, port: Port): void {
  holders.delete(port);
  Object.assign(port, { ...NO_DEVICE, status: "DOWN" });
}

function networkFor(cloud: Cloud, { networkId = "", subnetId }: VipOrder): Network {
  if (subnetId !== undefined) {
    const subnet = cloud.subnets.get(subnetId);
    if (!subnet) throw notFound("Subnet", subnetId, "SubnetNotFound");
    return subnet.network;
  }
  const network = cloud.networks.get(networkId);
  if (!network) throw notFound("Network", networkId, "NetworkNotFound");
  return network;
}

function vipOf(port: Port): Vip {
  const [attachment] = attachmentsOf(port);
  const [fixedIp] = port.fixedIps;
  if (!attachment || !fixedIp) throw new Error(`Port ${port.id} has no address.`);
  const ids = { port_id: port.id, network_id: port.network.id, subnet_id: fixedIp.subnet.id };
  return { ...ids, ...attachment };
}
