import type { Labels } from "../../labels.ts";
import type { Attachment } from "../../networks/networks.ts";

/** What a security group's rules come to for one port. What no rule lets through is dropped. */
export interface PortRule {
  readonly direction: "in" | "out";
  readonly protocol: "tcp" | "udp" | "icmp" | "all";
  /** One port, a range such as `8000-9000`, or `all`. */
  readonly ports: string;
  /** IPv4 networks such as `10.0.0.0/24`: of the sender (`in`), of the receiver (`out`). */
  readonly peers: readonly string[];
}

/** The firewall of one of a machine's addresses; answers to what was let through always pass. */
export interface PortFirewall {
  readonly address: string;
  /** Undefined where port security is off: everything may pass. */
  readonly rules: readonly PortRule[] | undefined;
}

export interface Size {
  readonly memoryMb: number;
  readonly vcpus: number;
}

export interface InstanceOrder extends Size {
  readonly id: string;
  readonly name: string;
  /** The image's name, such as `Debian 13`. */
  readonly image: string;
  /** As it was sent, decoded; empty for none. */
  readonly userData: string;
  /** Lines of authorized_keys that the cloud's metadata has for cloud-init. */
  readonly publicKeys: readonly string[];
  /** One for each port with an address, in the order of the server's networks. */
  readonly attachments: readonly Attachment[];
  /** Docker's name of the network to which floating IPs belong. */
  readonly external: string;
  /** For containers and volumes, so that they are found after a killed run. */
  readonly labels: Labels;
}

/** What answers at a port's fixed address: an instance's machine, or a load balancer. */
export interface PortHolder {
  /** From now on this address of the external network leads to the fixed one. */
  addFloating(floating: string, fixed: string): Promise<void>;
  removeFloating(floating: string, fixed: string): Promise<void>;
}

export interface InstanceMachine extends PortHolder {
  /** Hard; resolves when it is off. */
  powerOff(): Promise<void>;
  /** As the machine's own shutdown command does. */
  shutDown(): Promise<void>;
  /** Boots it again with the same addresses; firewalls and floating IPs are to be told again. */
  powerOn(): Promise<void>;
  /** While it is off. */
  resize(size: Size): Promise<void>;
  /** Removes it with all that it holds, in any state; a second time does nothing. */
  destroy(): Promise<void>;
  /** Replaces the rules of all its addresses. */
  setFirewalls(firewalls: readonly PortFirewall[]): Promise<void>;
}

/** What makes the instances' machines. */
export interface InstanceMachines {
  create(order: InstanceOrder): Promise<InstanceMachine>;
}
