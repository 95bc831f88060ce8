import type { Plane } from "../../../../dev/emulators/openstack/cloud/cloud.ts";
import type {
  InstanceMachine,
  InstanceOrder,
  PortFirewall,
  Size,
} from "../../../../dev/emulators/openstack/index.ts";
import { PlainPlane } from "./plainPlane.ts";

/** An instance's machine that records what was done to it, and refuses what a real one would. */
export class PlainInstance implements InstanceMachine {
  readonly order: InstanceOrder;
  /** Floating IPs, each with the fixed address that it points to. */
  size: Size;
  readonly floating = new Map<string, string>();
  state: "on" | "off" | "gone" = "on";
  firewalls: readonly PortFirewall[] = [];

  constructor(order: InstanceOrder) {
    this.order = order;
    this.size = order;
  }

  /** Rules and floating IPs live in a machine's memory. */
  async powerOff(): Promise<void> {
    this.floating.clear();
    this.firewalls = [];
    await Promise.resolve((this.state = "off"));
  }

  async shutDown(): Promise<void> {
    await this.powerOff();
  }

  async powerOn(): Promise<void> {
    await Promise.resolve((this.state = "on"));
  }

  async resize({ memoryMb, vcpus }: Size): Promise<void> {
    this.#require(this.state === "off", "is not off");
    await Promise.resolve((this.size = { memoryMb, vcpus }));
  }

  async destroy(): Promise<void> {
    await Promise.resolve((this.state = "gone"));
  }

  async setFirewalls(firewalls: readonly PortFirewall[]): Promise<void> {
    this.#require(this.state === "on", "is not on");
    await Promise.resolve((this.firewalls = firewalls));
  }

  async addFloating(floating: string, fixed: string): Promise<void> {
    this.#require(this.state === "on", "is not on");
    this.#require(!this.floating.has(floating), `has ${floating} already`);
    await Promise.resolve(this.floating.set(floating, fixed));
  }

  async removeFloating(floating: string): Promise<void> {
    this.#require(this.state === "on", "is not on");
    await Promise.resolve(this.#require(this.floating.delete(floating), `lacks ${floating}`));
  }

  #require(holds: boolean, problem: string): void {
    if (!holds) throw new Error(`${this.order.name} ${problem}.`);
  }
}

/** Fakes of machines and networks for tests of the API alone. */
export class OpenStackPlane implements Plane {
  readonly networks = new PlainPlane();
  readonly instances: PlainInstance[] = [];

  readonly machines = {
    create: async (order: InstanceOrder): Promise<InstanceMachine> => {
      const instance = new PlainInstance(order);
      this.instances.push(instance);
      return await Promise.resolve(instance);
    },
  };

  async sweep(): Promise<void> {
    await Promise.resolve();
  }

  /** The machine of a server that still exists. */
  instance(serverId: string): PlainInstance {
    const instance = this.instances.find(
      ({ order, state }) => order.id === serverId && state !== "gone",
    );
    if (!instance) throw new Error(`Server ${serverId} has no machine.`);
    return instance;
  }
}
