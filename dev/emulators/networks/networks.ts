import { AddressPool } from "./addressPool.ts";
import { firstOf, lowerRange } from "./subnet.ts";

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

/** A Docker network, and the address that something has in it. */
export interface Attachment {
  readonly network: string;
  readonly address: string;
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

/** The record of a network, whatever it is made of. */
export function networkAt(name: string, subnet: string): Network {
  const pool = new AddressPool(subnet, [lowerRange(subnet)]);
  return {
    ...{ name, subnet, gateway: firstOf(subnet) },
    allocate: () => {
      const address = pool.allocate();
      if (address === undefined)
        throw new Error(`The lower half of ${subnet} has no address left.`);
      return address;
    },
    release: (address) => pool.release(address),
  };
}
