import type { Labels } from "../../labels.ts";
import type { Attachment } from "../../networks/networks.ts";

/** A rule that lets traffic in; whatever no rule lets in is dropped. */
export interface InboundRule {
  readonly protocol: "tcp" | "udp" | "icmp";
  /** One port or a range such as `8000-9000`; `0` for all. */
  readonly ports: string;
  /** IPv4 networks such as `10.0.0.0/24`. */
  readonly sources: readonly string[];
}

export interface MachineOrder {
  /** The droplet's id. */
  readonly id: number;
  readonly name: string;
  /** The image's slug, such as `debian-13-x64`. */
  readonly image: string;
  readonly memoryMb: number;
  readonly vcpus: number;
  /** As it was sent; empty for none. */
  readonly userData: string;
  readonly public: Attachment;
  readonly private: Attachment;
  /** For containers and volumes, so that they are found after a killed run. */
  readonly labels: Labels;
}

export interface DropletMachine {
  /** Hard; resolves when it is off. */
  powerOff(): Promise<void>;
  /** As the machine's own shutdown command does. */
  shutDown(): Promise<void>;
  /** Boots it again with the same addresses. */
  powerOn(): Promise<void>;
  /** Removes it with all that it holds, in any state; a second time does nothing. */
  destroy(): Promise<void>;
  /** Replaces the rules for what comes in; undefined: everything may. */
  setFirewall(rules: readonly InboundRule[] | undefined): Promise<void>;
  /** A second public address, of a reserved IP. */
  addAddress(address: string): Promise<void>;
  removeAddress(address: string): Promise<void>;
}

/** What makes the droplets' machines. */
export interface DropletMachines {
  create(order: MachineOrder): Promise<DropletMachine>;
}
