import type * as pulumi from "@pulumi/pulumi";

/** What a host is asked to run. Scripts converge, so that running one twice is safe. */
export interface HostCommandArgs {
  /** Runs when the command is new, and again when anything of it has changed. */
  readonly create: pulumi.Input<string>;
  /** Runs when the command is removed; nothing where it is left out. */
  readonly delete?: pulumi.Input<string>;
  /** For what must not stand in a command line. */
  readonly stdin?: pulumi.Input<string>;
}

/** A command on a host, as a resource. */
export type HostCommand = pulumi.Resource & { readonly stdout: pulumi.Output<string> };

/**
 * Something that runs Docker: a droplet, an instance, or a place on this machine. All that a new
 * target has to supply for its hosts.
 */
export interface Host {
  /** Names the host within its stack: `blue-1`. */
  readonly name: string;
  /** Where the balancer reaches the host. */
  readonly address: pulumi.Output<string>;
  /**
   * The Docker network in which a container has the host's address for itself. Empty where the address
   * is the machine's own, on which the container's port is published.
   */
  readonly network: string;
  /** Names the Docker engine; hosts with the same one share their images. */
  readonly engine: string;
  /** The image of our HAProxy, where the host has to make it first: who runs that waits for it. */
  readonly haproxyImage?: pulumi.Resource;
  /** Makes a command run on this host. */
  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand;
}
