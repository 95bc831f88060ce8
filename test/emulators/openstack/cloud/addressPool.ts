import { overlap } from "../../digitalocean/plane/networks.ts";

export interface Range {
  readonly start: string;
  readonly end: string;
}

/** The IPv4 addresses of one subnet: who asks for none in particular gets the first free one. */
export class AddressPool {
  readonly ranges: readonly Range[];
  readonly #cidr: string;
  readonly #taken = new Set<number>();

  /** @param ranges the addresses that are given out unasked */
  constructor(cidr: string, ranges: readonly Range[]) {
    this.#cidr = cidr;
    this.ranges = ranges;
  }

  /** Undefined where none is left. */
  allocate(): string | undefined {
    for (const { start, end } of this.ranges) {
      for (let number = numberOf(start); number <= numberOf(end); number++) {
        if (this.#taken.has(number)) continue;
        this.#taken.add(number);
        return textOf(number);
      }
    }
    return undefined;
  }

  /** Whether it was free; also for an address outside of the ranges. */
  take(address: string): boolean {
    const number = numberOf(address);
    if (this.#taken.has(number)) return false;
    this.#taken.add(number);
    return true;
  }

  release(address: string): void {
    this.#taken.delete(numberOf(address));
  }

  contains(address: string): boolean {
    return overlap(this.#cidr, `${address}/32`);
  }
}

/** All addresses but those of the network, of the broadcast and of the gateway, as Neutron's. */
export function rangesOf(cidr: string, gateway: string | null): Range[] {
  const [first, last] = boundsOf(cidr);
  const without = gateway === null ? -1 : numberOf(gateway);
  if (without < first || without > last) return [{ start: textOf(first), end: textOf(last) }];
  const parts = [
    { from: first, to: without - 1 },
    { from: without + 1, to: last },
  ];
  return parts
    .filter(({ from, to }) => from <= to)
    .map(({ from, to }) => ({ start: textOf(from), end: textOf(to) }));
}

/** The gateway that Neutron takes where none is named. */
export function firstOf(cidr: string): string {
  return textOf(boundsOf(cidr)[0]);
}

function boundsOf(cidr: string): [number, number] {
  const base = numberOf(cidr.split("/")[0] ?? "");
  return [base + 1, base + 2 ** (32 - Number(cidr.split("/")[1])) - 2];
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
