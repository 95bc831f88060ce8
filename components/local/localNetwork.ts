import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "../../lib/naming.ts";
import { runHostScript } from "../machine/hostScript.ts";
import { thisMachine } from "./localHost.ts";

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
