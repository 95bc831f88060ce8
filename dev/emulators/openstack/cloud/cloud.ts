import { randomUUID } from "node:crypto";
import type { Violation } from "../../http/callLog.ts";
import type { Labels } from "../../labels.ts";
import { AddressPool } from "../../networks/addressPool.ts";
import type { Networks, Network as PlaneNetwork } from "../../networks/networks.ts";
import { lowerRange } from "../../networks/subnet.ts";
import type { Schedule } from "../../schedule.ts";
import type { Delays, Quotas } from "../options.ts";
import type { InstanceMachines, PortHolder } from "../plane/machines.ts";
import type { Faults } from "./faults.ts";
import type { Identity } from "./identity.ts";
import type {
  Described,
  FloatingIp,
  Keypair,
  Network,
  Port,
  Router,
  SecurityGroup,
  Server,
  Subnet,
} from "./records.ts";
import { addGroup } from "./securityGroups.ts";

/** What the project's resources are made of. */
export interface Plane {
  readonly machines: InstanceMachines;
  readonly networks: Networks;
  /** Removes what an error left behind, except networks. */
  sweep(): Promise<void>;
}

export interface CloudOptions {
  readonly plane: Plane;
  /** Stands for the internet. */
  readonly external: PlaneNetwork;
  readonly quotas: Quotas;
  readonly delays: Delays;
  readonly faults: Faults;
  readonly schedule: Schedule;
  readonly violations: Violation[];
  readonly identity: Identity;
  /** Names of networks begin with it. */
  readonly run: string;
  readonly labels: Labels;
}

/** OVH's name of the network that leads to the internet. */
const EXTERNAL_NAME = "Ext-Net";

/** One project and all that stands in it; what is in a map is in the order of its creation. */
export class Cloud {
  readonly options: CloudOptions;
  readonly networks = new Map<string, Network>();
  readonly subnets = new Map<string, Subnet>();
  readonly ports = new Map<string, Port>();
  readonly routers = new Map<string, Router>();
  readonly groups = new Map<string, SecurityGroup>();
  readonly floatingIps = new Map<string, FloatingIp>();
  readonly servers = new Map<string, Server>();
  /** By name. */
  readonly keypairs = new Map<string, Keypair>();
  /** What answers at a port's addresses; only while there is something. */
  readonly holders = new Map<Port, PortHolder>();
  /** For ports that name no group. */
  readonly defaultGroup: SecurityGroup;
  readonly external: Network;

  constructor(options: CloudOptions) {
    this.options = options;
    this.defaultGroup = addGroup(this, "default", "Default security group");
    this.external = this.#addExternal();
  }

  get projectId(): string {
    return this.options.identity.project.id;
  }

  /** What a new resource of Neutron begins with. */
  describe(name = "", description = "", projectId = this.projectId): Described {
    return { id: randomUUID(), projectId, createdAt: timestamp(), name, description, tags: [] };
  }

  #addExternal(): Network {
    const { external: plane } = this.options;
    // It belongs to the vendor.
    const projectId = randomUUID().replaceAll("-", "");
    const network: Network = {
      ...this.describe(EXTERNAL_NAME, "", projectId),
      ...{ isExternal: true, isSecured: true, adminStateUp: true, plane },
    };
    this.networks.set(network.id, network);
    const { subnet: cidr, gateway } = plane;
    // Docker gives the upper half to whatever needs any address there.
    const addresses = new AddressPool(cidr, [lowerRange(cidr)]);
    const subnet = { network, cidr, gateway, addresses, dhcp: true, nameservers: [], routes: [] };
    const record: Subnet = { ...this.describe("", "", projectId), ...subnet };
    this.subnets.set(record.id, record);
    return network;
  }
}

/** Times as OpenStack writes them. */
export function timestamp(at = Date.now()): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
