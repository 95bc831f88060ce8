import type {
  Balancers,
  BalancerOrder,
  BalancerSettings,
  Member,
  RunningBalancer,
} from "../../../../dev/emulators/digitalocean/plane/balancers.ts";
import type {
  DropletMachine,
  DropletMachines,
  InboundRule,
  MachineOrder,
} from "../../../../dev/emulators/digitalocean/plane/machines.ts";
import {
  type Network,
  networkAt,
  type Networks,
} from "../../../../dev/emulators/networks/networks.ts";

/** A machine that only records what was done to it. */
export class PlainMachine implements DropletMachine {
  readonly order: MachineOrder;
  readonly addresses = new Set<string>();
  state: "on" | "off" | "gone" = "on";
  rules: readonly InboundRule[] | undefined;

  constructor(order: MachineOrder) {
    this.order = order;
  }

  /** Rules and secondary addresses live in a machine's memory. */
  async powerOff(): Promise<void> {
    this.addresses.clear();
    this.rules = undefined;
    await Promise.resolve((this.state = "off"));
  }

  async shutDown(): Promise<void> {
    await this.powerOff();
  }

  async powerOn(): Promise<void> {
    await Promise.resolve((this.state = "on"));
  }

  async destroy(): Promise<void> {
    await Promise.resolve((this.state = "gone"));
  }

  async setFirewall(rules: readonly InboundRule[] | undefined): Promise<void> {
    await Promise.resolve((this.rules = rules));
  }

  async addAddress(address: string): Promise<void> {
    await Promise.resolve(this.addresses.add(address));
  }

  async removeAddress(address: string): Promise<void> {
    await Promise.resolve(this.addresses.delete(address));
  }
}

/** A load balancer that only records its last settings. */
export class PlainBalancer implements RunningBalancer {
  readonly order: BalancerOrder;
  settings: BalancerSettings;
  members: readonly Member[] = [];
  isRemoved = false;

  constructor(order: BalancerOrder) {
    this.order = order;
    this.settings = order.settings;
  }

  async apply(settings: BalancerSettings, members: readonly Member[]): Promise<void> {
    await Promise.resolve(Object.assign(this, { settings, members }));
  }

  async healthy(): Promise<number[]> {
    return await Promise.resolve(this.members.map(({ dropletId }) => dropletId));
  }

  async remove(): Promise<void> {
    await Promise.resolve((this.isRemoved = true));
  }
}

/** Fakes of machines, networks and load balancers for tests of the API alone. */
export class PlainPlane implements DropletMachines, Networks, Balancers {
  readonly machines: PlainMachine[] = [];
  readonly balancers: PlainBalancer[] = [];
  readonly networks = new Set<string>();
  #lastNetwork = 0;

  create(order: MachineOrder): Promise<DropletMachine>;
  create(order: BalancerOrder): Promise<RunningBalancer>;
  create(name: string, subnet?: string): Promise<Network>;
  async create(
    order: MachineOrder | BalancerOrder | string,
    subnet?: string,
  ): Promise<DropletMachine | RunningBalancer | Network> {
    if (typeof order === "string") return await Promise.resolve(this.#network(order, subnet));
    return await Promise.resolve(
      "settings" in order ? this.#balancer(order) : this.#machine(order),
    );
  }

  async remove({ name }: Network): Promise<void> {
    await Promise.resolve(this.networks.delete(name));
  }

  #network(name: string, subnet = `172.16.${this.#lastNetwork++}.0/24`): Network {
    this.networks.add(name);
    return networkAt(name, subnet);
  }

  #machine(order: MachineOrder): PlainMachine {
    const machine = new PlainMachine(order);
    this.machines.push(machine);
    return machine;
  }

  #balancer(order: BalancerOrder): PlainBalancer {
    const balancer = new PlainBalancer(order);
    this.balancers.push(balancer);
    return balancer;
  }
}
