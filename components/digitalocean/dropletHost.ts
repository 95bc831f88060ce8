import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { edgeImage } from "../edge/edgeImage.ts";
import type { Host, HostCommand, HostCommandArgs } from "../machine/host.ts";
import { type MachineHostArgs, ReadyHost, firstBoot } from "../machine/readyHost.ts";

export interface DropletHostArgs extends MachineHostArgs {
  readonly region: string;
  readonly size: string;
  /** The slug of an image with apt and cloud-init, such as `debian-13-x64`. */
  readonly image: string;
  readonly vpcId: pulumi.Input<string>;
  /** With which it begins, besides its own; later ones belong to the balancer. */
  readonly tags: readonly pulumi.Input<string>[];
  /** By which this program finds the droplet in the account. */
  readonly ownTag: string;
}

/**
 * A droplet that runs Docker. It comes with the keys of this program and no others. New keys, and a
 * better first boot in a later version, do not make it a new droplet; another size, image or region
 * does, and it is ready before the old one goes.
 */
export class DropletHost extends pulumi.ComponentResource implements Host {
  public readonly name: string;
  public readonly network = "";
  public readonly engine: string;
  /** In the VPC. */
  public readonly address: pulumi.Output<string>;
  public readonly publicAddress: pulumi.Output<string>;
  public readonly machineId: pulumi.Output<string>;
  public readonly haproxyImage: HostCommand;
  /** By which projects name it. */
  public readonly dropletUrn: pulumi.Output<string>;

  readonly #ready: ReadyHost;

  constructor(name: string, args: DropletHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:digitalocean:DropletHost", name, {}, opts);
    const { hostName, stack, access } = args;
    this.name = hostName;
    this.engine = hostName;
    // The vendor makes a tag with the droplet, and leaves it behind when the droplet goes.
    const ownTag = new digitalocean.Tag(`${name}-tag`, { name: args.ownTag }, { parent: this });
    const droplet = new digitalocean.Droplet(
      name,
      {
        name: args.machineName,
        region: args.region,
        size: args.size,
        image: args.image,
        vpcUuid: args.vpcId,
        tags: [...args.tags, ownTag.name],
        monitoring: true,
        userData: firstBoot(access, stack, hostName),
      },
      {
        parent: this,
        // User data is read once, and `ReadyHost` brings later keys; tags are what a switch moves.
        ignoreChanges: ["userData", "tags"],
        // The plugin's own limit is an hour; a droplet takes a minute or two.
        customTimeouts: { create: "5m" },
        // In place it would be powered off, all of a color at once, and could never get a smaller disk.
        replaceOnChanges: ["size"],
        // Because the droplet's name is ours, a replace would delete it before there is a new one.
        deleteBeforeReplace: false,
      },
    );
    this.machineId = droplet.id;
    this.dropletUrn = droplet.dropletUrn;
    this.address = droplet.ipv4AddressPrivate;
    this.publicAddress = droplet.ipv4Address;
    this.#ready = new ReadyHost(
      `${name}-ready`,
      { hostName, stack, access, address: droplet.ipv4Address, machine: droplet },
      { parent: this },
    );
    this.haproxyImage = edgeImage(`${name}-edge-image`, this.#ready, hostName, args.haproxy, this);
    this.registerOutputs({ name: this.name, address: this.address, machineId: this.machineId });
  }

  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand {
    return this.#ready.run(name, args, opts);
  }
}
