import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Host, HostCommand, HostCommandArgs } from "../machine/host.ts";

export interface LocalHostArgs {
  /** The host's name within its stack. */
  readonly hostName: string;
  /** The address in the stack's network. */
  readonly address: pulumi.Input<string>;
  readonly network: string;
}

/** A place for one container on this machine, with a fixed address in the stack's network. */
export class LocalHost extends pulumi.ComponentResource implements Host {
  public readonly name: string;
  public readonly address: pulumi.Output<string>;
  public readonly network: string;
  public readonly engine = "this machine";

  constructor(name: string, args: LocalHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:local:LocalHost", name, {}, opts);
    this.name = args.hostName;
    this.address = pulumi.output(args.address);
    this.network = args.network;
    this.registerOutputs({ name: this.name, address: this.address });
  }

  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand {
    return thisMachine.run(name, args, opts);
  }
}

/** The machine that runs the program. */
export const thisMachine: Pick<Host, "run"> = {
  // A failed script's error holds its whole output; logging it as well would show it twice.
  run: (name, args, opts) => new command.local.Command(name, { ...args, logging: "none" }, opts),
};
