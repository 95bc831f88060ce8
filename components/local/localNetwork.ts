import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "../../lib/naming.ts";
import { runHostScript } from "../machine/hostScript.ts";
import { thisMachine } from "./localHost.ts";
import { addressNumber } from "../../lib/addressRange.ts";
import type { Color } from "../../lib/color.ts";

export interface LocalNetworkArgs {
  readonly names: StackNames;
}

/** The stack's own Docker network on this machine; other stacks' containers can't reach it. */
export class LocalNetwork extends pulumi.ComponentResource {
  /** Such as `172.18.0.0/16`; Docker picks a free one. */
  public readonly subnet: pulumi.Output<string>;

  constructor(name: string, args: LocalNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:local:LocalNetwork", name, {}, opts);
    const network = runHostScript(
      thisMachine,
      name,
      {
        script: "network.sh",
        values: { STACK: args.names.stack, NETWORK: args.names.network },
        hasDown: true,
      },
      { parent: this },
    );
    this.subnet = network.stdout;
    this.registerOutputs({ subnet: this.subnet });
  }
}

const EDGE_OFFSET = 2;
const FIRST_HOST_OFFSET = 16;

/** The balancer's address in a subnet such as `172.18.0.0/16`. */
export function edgeAddress(subnet: string): string {
  return addressAt(subnet, EDGE_OFFSET);
}

/**
 * A host's fixed address. Blue takes the even addresses and green the odd ones, so a pool can grow
 * without moving a host. Throws if the lower half of the subnet, which Docker does not assign itself,
 * is full.
 */
export function hostAddress(subnet: string, color: Color, index: number): string {
  return addressAt(subnet, FIRST_HOST_OFFSET + 2 * (index - 1) + (color === "blue" ? 0 : 1));
}

function addressAt(subnet: string, offset: number): string {
  const [base = "", prefix = ""] = subnet.split("/");
  const lowerHalf = 2 ** (32 - Number(prefix) - 1);
  if (offset >= lowerHalf) {
    throw new Error(
      `The stack's network ${subnet} has room for ${Math.floor((lowerHalf - FIRST_HOST_OFFSET) / 2)} ` +
        `hosts per color. Lower the count, or give Docker larger pools: "default-address-pools" in ` +
        `its daemon.json.`,
    );
  }
  const number = addressNumber(base) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
