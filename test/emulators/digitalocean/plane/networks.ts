/** A network whose lower half of addresses the emulator hands out. */
export interface Network {
  /** Docker's name. */
  readonly name: string;
  /** Such as `172.20.0.0/16`. */
  readonly subnet: string;
  readonly gateway: string;
  /** A free address. @throws Error where the lower half is used up. */
  allocate(): string;
  release(address: string): void;
}

export interface Networks {
  /**
   * @param subnet where absent, a free one is taken
   * @throws SubnetTaken
   */
  create(name: string, subnet?: string): Promise<Network>;
  remove(network: Network): Promise<void>;
}

/** The subnet that was asked for overlaps with another one on this machine. */
export class SubnetTaken extends Error {}

/**
 * Hands out the addresses of a subnet's lower half from its end on, so that whoever counts from the
 * beginning, where network and gateway are, meets none of them.
 */
export class Addresses {
  readonly subnet: string;
  readonly #taken = new Set<number>();

  constructor(subnet: string) {
    this.subnet = subnet;
  }

  get gateway(): string {
    return this.#at(1);
  }

  /** The half that is not handed out here, such as `172.20.128.0/17`. */
  get upperHalf(): string {
    return `${this.#at(this.#half)}/${this.#prefix + 1}`;
  }

  get netmask(): string {
    return textOf(2 ** 32 - 2 ** (32 - this.#prefix));
  }

  allocate(): string {
    for (let offset = this.#half - 1; offset > 1; offset--) {
      if (this.#taken.has(offset)) continue;
      this.#taken.add(offset);
      return this.#at(offset);
    }
    throw new Error(`The lower half of ${this.subnet} has no address left.`);
  }

  release(address: string): void {
    this.#taken.delete(numberOf(address) - this.#base);
  }

  get #base(): number {
    return numberOf(this.subnet.split("/")[0] ?? "");
  }

  get #prefix(): number {
    return Number(this.subnet.split("/")[1]);
  }

  get #half(): number {
    return 2 ** (31 - this.#prefix);
  }

  #at(offset: number): string {
    return textOf(this.#base + offset);
  }
}

/** Whether two subnets share an address. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a.from <= b.to && b.from <= a.to;
}

function rangeOf(subnet: string): { from: number; to: number } {
  const [base = "", prefix = "32"] = subnet.split("/");
  const from = numberOf(base);
  return { from, to: from + 2 ** (32 - Number(prefix)) - 1 };
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
