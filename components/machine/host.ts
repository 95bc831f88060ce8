import type * as pulumi from "@pulumi/pulumi";

/** A command for a host. Scripts converge, so running one twice is safe. */
export interface HostCommandArgs {
  /** Runs when the command is new, and again after any change to it. */
  readonly create: pulumi.Input<string>;
  /** Runs when the command is removed. */
  readonly delete?: pulumi.Input<string>;
  /** For what must not appear in a command line. */
  readonly stdin?: pulumi.Input<string>;
}

/** A command on a host, as a resource. */
export type HostCommand = pulumi.Resource & { readonly stdout: pulumi.Output<string> };

/**
 * Something that runs Docker: a droplet, an instance, or a place on this machine. A new target supplies
 * nothing else for its hosts.
 */
export interface Host {
  /** Names the host within its stack: `blue-1`. */
  readonly name: string;
  /** Where the balancer reaches the host. */
  readonly address: pulumi.Output<string>;
  /**
   * The Docker network in which a container has the host's address to itself. Empty if the address is
   * the machine's own and the container publishes its port there.
   */
  readonly network: string;
  /** Names the Docker engine; hosts with the same engine share images. */
  readonly engine: string;
  /** The build of our HAProxy's image, if the host has to build it first; its users depend on this. */
  readonly haproxyImage?: pulumi.Resource;
  /** Declares a command that runs on this host. */
  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand;
}
