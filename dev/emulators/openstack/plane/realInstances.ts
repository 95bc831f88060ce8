import { debianOf } from "../../machine/image.ts";
import { createMachine, type Machine } from "../../machine/machine.ts";
import type {
  InstanceMachine,
  InstanceMachines,
  InstanceOrder,
  PortFirewall,
  Size,
} from "./machines.ts";
import { CLOSED, portTables } from "./portTables.ts";

/** Of a host name, as Linux and DNS have it. */
const NAME_LENGTH = 63;

/**
 * Instances as machines that boot: systemd, sshd, Docker, and cloud-init with the user data. Beside
 * the interfaces of its ports each has one in the external network: the router's end, on which
 * floating addresses are translated to fixed ones.
 */
export class RealInstances implements InstanceMachines {
  readonly #preloadImages: readonly string[];

  /** @param preloadImages Images of this machine's Docker that each instance's Docker has already. */
  constructor(preloadImages: readonly string[] = []) {
    this.#preloadImages = preloadImages;
  }

  async create(order: InstanceOrder): Promise<InstanceMachine> {
    const { id, labels, userData, publicKeys, memoryMb, attachments, external } = order;
    const hostName = hostNameOf(order.name);
    const isOutside = attachments.some(({ network }) => network === external);
    const machine = await createMachine({
      // Two projects may have instances of one name.
      name: `${hostName}-${id}`,
      hostName,
      ...{ labels, userData, memoryMb, instanceId: id, preloadImages: this.#preloadImages },
      networks: [...attachments, ...(isOutside ? [] : [{ network: external }])],
      debian: debianOf(order.image),
      metaData: { "public-keys": publicKeys },
      tables: CLOSED,
    });
    return new RealInstance(machine, external);
  }
}

class RealInstance implements InstanceMachine {
  readonly #machine: Machine;
  readonly #external: string;
  #firewalls: readonly PortFirewall[] = [];
  readonly #floating = new Map<string, string>();
  /** Tables are written whole: one change after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(machine: Machine, external: string) {
    this.#machine = machine;
    this.#external = external;
  }

  powerOn = () => this.#machine.start();
  destroy = () => this.#machine.remove();
  /** As many processors as this machine has, whatever the flavor says. */
  resize = ({ memoryMb }: Size) => this.#machine.resize(memoryMb);

  async powerOff(): Promise<void> {
    await this.#machine.stop();
    this.#floating.clear();
  }

  async shutDown(): Promise<void> {
    await this.#machine.shutDown();
    this.#floating.clear();
  }

  async setFirewalls(firewalls: readonly PortFirewall[]): Promise<void> {
    await this.#inTurn(async () => {
      this.#firewalls = firewalls;
      await this.#restore();
    });
  }

  async addFloating(floating: string, fixed: string): Promise<void> {
    await this.#inTurn(async () => {
      this.#floating.set(floating, fixed);
      await this.#restore();
      await this.#translate("-I", floating, fixed);
      await this.#machine.addAddress(this.#external, floating);
    });
  }

  async removeFloating(floating: string, fixed: string): Promise<void> {
    await this.#inTurn(async () => {
      await this.#machine.removeAddress(this.#external, floating);
      await this.#translate("-D", floating, fixed);
      this.#floating.delete(floating);
      await this.#restore();
    });
  }

  async #restore(): Promise<void> {
    await this.#machine.restoreTables(portTables(this.#firewalls, this.#floating));
  }

  /** So that what listens at the fixed address only is reached too, as behind a router. */
  async #translate(change: "-I" | "-D", floating: string, fixed: string): Promise<void> {
    const rule = ["--destination", floating, "--jump", "DNAT", "--to-destination", fixed];
    await this.#machine.run("iptables", "--table", "nat", change, "PREROUTING", ...rule);
  }

  async #inTurn(doing: () => Promise<void>): Promise<void> {
    const done = this.#work.then(doing);
    this.#work = done.catch(() => undefined);
    await done;
  }
}

/** As Nova makes it of a server's name. */
function hostNameOf(name: string): string {
  const allowed = name
    .toLowerCase()
    .replace(/[ _]/g, "-")
    .replace(/[^a-z0-9.-]/g, "");
  return allowed.slice(0, NAME_LENGTH).replace(/^[.-]+|[.-]+$/g, "") || "server";
}
