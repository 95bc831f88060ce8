import { numberOf, overlap, type Range, textOf } from "./subnet.ts";

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
