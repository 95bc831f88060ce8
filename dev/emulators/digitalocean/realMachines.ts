import { debianOf } from "../machine/image.ts";
import { createMachine, type Machine } from "../machine/machine.ts";
import type {
  DropletMachine,
  DropletMachines,
  InboundRule,
  MachineOrder,
} from "./plane/machines.ts";

/** Droplets as machines that boot: systemd, sshd, Docker, and cloud-init with the user data. */
export class RealMachines implements DropletMachines {
  readonly #preloadImages: readonly string[];

  /** @param preloadImages Images of this machine's Docker that each droplet's Docker has already. */
  constructor(preloadImages: readonly string[] = []) {
    this.#preloadImages = preloadImages;
  }

  async create(order: MachineOrder): Promise<DropletMachine> {
    const { id, name, labels, userData } = order;
    const machine = await createMachine({
      // Two accounts may have droplets of one name.
      name: `${name}-${id}`,
      hostName: name,
      labels,
      networks: [order.public, order.private],
      instanceId: String(id),
      debian: debianOf(order.image),
      userData,
      preloadImages: this.#preloadImages,
    });
    return new RealMachine(machine, order.public.network);
  }
}

class RealMachine implements DropletMachine {
  readonly #machine: Machine;
  readonly #publicNetwork: string;

  constructor(machine: Machine, publicNetwork: string) {
    this.#machine = machine;
    this.#publicNetwork = publicNetwork;
  }

  powerOff = () => this.#machine.stop();
  powerOn = () => this.#machine.start();
  shutDown = () => this.#machine.shutDown();
  destroy = () => this.#machine.remove();

  async setFirewall(rules: readonly InboundRule[] | undefined): Promise<void> {
    await this.#machine.firewall(
      rules?.map((rule) => ({ ...rule, ports: rule.ports === "0" ? "all" : rule.ports })),
    );
  }

  async addAddress(address: string): Promise<void> {
    await this.#machine.addAddress(this.#publicNetwork, address);
  }

  async removeAddress(address: string): Promise<void> {
    await this.#machine.removeAddress(this.#publicNetwork, address);
  }
}
