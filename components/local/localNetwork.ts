import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { hostScript } from "../../lib/hostScript.ts";
import type { StackNames } from "../../lib/naming.ts";

export interface LocalNetworkArgs {
  readonly names: StackNames;
}

/** The stack's own Docker network on this machine: containers of other stacks do not reach it. */
export class LocalNetwork extends pulumi.ComponentResource {
  /** Such as `172.18.0.0/16`; Docker picks what is free. */
  public readonly subnet: pulumi.Output<string>;

  constructor(name: string, args: LocalNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:local:LocalNetwork", name, {}, opts);
    const values = { STACK: args.names.stack, NETWORK: args.names.network };
    const network = new command.local.Command(
      name,
      {
        create: hostScript("network-up.sh", values),
        delete: hostScript("network-down.sh", values),
        logging: "none",
      },
      { parent: this },
    );
    this.subnet = network.stdout;
    this.registerOutputs({ subnet: this.subnet });
  }
}
