import type { AddressPool } from "../../networks/addressPool.ts";
import type { Network as PlaneNetwork } from "../../networks/networks.ts";
import type { InstanceMachine } from "../plane/machines.ts";
import type { Flavor, Image } from "./catalog.ts";

/** What every resource of Neutron has. */
export interface Described {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: string;
  name: string;
  description: string;
  tags: readonly string[];
}

export interface Network extends Described {
  readonly isExternal: boolean;
  readonly isSecured: boolean;
  adminStateUp: boolean;
  /** Absent until it has a subnet. */
  plane?: PlaneNetwork;
}

export interface HostRoute {
  readonly destination: string;
  readonly nexthop: string;
}

export interface Subnet extends Described {
  readonly network: Network;
  readonly cidr: string;
  readonly addresses: AddressPool;
  gateway: string | null;
  dhcp: boolean;
  nameservers: readonly string[];
  routes: readonly HostRoute[];
}

export interface FixedIp {
  readonly subnet: Subnet;
  readonly address: string;
}

export interface AddressPair {
  readonly ip_address: string;
  readonly mac_address?: string | undefined;
}

export interface Port extends Described {
  readonly network: Network;
  readonly mac: string;
  fixedIps: readonly FixedIp[];
  adminStateUp: boolean;
  isSecured: boolean;
  groups: ReadonlySet<SecurityGroup>;
  pairs: readonly AddressPair[];
  /** Of a server, a router, a load balancer; empty for none. */
  deviceId: string;
  deviceOwner: string;
  status: "ACTIVE" | "DOWN" | "N/A";
}

export interface Gateway {
  readonly network: Network;
  readonly port: Port;
  readonly snat: boolean;
}

export interface Router extends Described {
  adminStateUp: boolean;
  gateway?: Gateway | undefined;
}

export interface SecurityRule {
  readonly id: string;
  readonly createdAt: string;
  readonly description: string;
  readonly direction: "ingress" | "egress";
  readonly ethertype: "IPv4" | "IPv6";
  readonly protocol: string | null;
  readonly portMin: number | null;
  readonly portMax: number | null;
  /** The group's id. */
  readonly remoteGroup: string | null;
  readonly remotePrefix: string | null;
}

export interface SecurityGroup extends Described {
  readonly rules: Map<string, SecurityRule>;
}

export interface Target {
  readonly port: Port;
  readonly fixed: string;
  readonly router: Router;
}

export interface FloatingIp extends Described {
  readonly network: Network;
  readonly address: string;
  /** What it is to lead to. */
  target?: Target | undefined;
  /** What it leads to: the target, when that has taken effect. */
  leadsTo?: Target | undefined;
  status: "ACTIVE" | "DOWN";
  /** What is being done to it, one thing after the other. */
  work: Promise<void>;
}

export interface Keypair {
  readonly name: string;
  readonly publicKey: string;
  readonly fingerprint: string;
}

export type ServerStatus =
  | "BUILD"
  | "ACTIVE"
  | "SHUTOFF"
  | "REBOOT"
  | "HARD_REBOOT"
  | "RESIZE"
  | "VERIFY_RESIZE"
  | "REVERT_RESIZE"
  | "REBUILD"
  | "ERROR";

export interface Server {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly createdAt: string;
  readonly keypair?: Keypair | undefined;
  readonly userData: string;
  readonly zone: string;
  readonly ports: readonly Port[];
  /** Those among them that Nova made, and removes with the server. */
  readonly ownPorts: ReadonlySet<Port>;
  name: string;
  flavor: Flavor;
  image: Image;
  metadata: Readonly<Record<string, string>>;
  tags: readonly string[];
  updatedAt: string;
  status: ServerStatus;
  /** What is in progress, such as `powering-off`; no other change is taken meanwhile. */
  task: string | null;
  /** To go back to, while a resize is not confirmed. */
  oldFlavor?: Flavor | undefined;
  /** Why its status is ERROR. */
  fault?: string;
  /** Absent until it is made. */
  machine?: InstanceMachine;
  /** The machine is gone, and the cloud does not know it. */
  hasVanished?: true;
  /** What is being done to the machine, one thing after the other. */
  work: Promise<void>;
}
