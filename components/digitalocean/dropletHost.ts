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
  /** Initial tags besides its own; the balancer manages later ones. */
  readonly tags: readonly pulumi.Input<string>[];
  /** Identifies the droplet in the account. */
  readonly ownTag: string;
}

/**
 * A droplet that runs Docker, with this program's keys. New keys, or a changed first boot in a later
 * version, do not replace it. Another size, image or region does; the new droplet is ready before the
 * old one is deleted. One that keeps files stays: another size restarts it, another image is for new ones.
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
  /** For assigning it to a project. */
  public readonly dropletUrn: pulumi.Output<string>;

  readonly #ready: ReadyHost;

  constructor(name: string, args: DropletHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:digitalocean:DropletHost", name, {}, opts);
    const { hostName, stack, access, keepsFiles = false } = args;
    this.name = hostName;
    this.engine = hostName;
    // The vendor creates tags with a droplet, but does not delete them with it.
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
        // User data is read only once, and `ReadyHost` installs later keys. A switch moves the tags.
        ignoreChanges: ["userData", "tags", ...(keepsFiles ? ["image"] : [])],
        // The plugin's own limit is an hour; a droplet takes a minute or two.
        customTimeouts: { create: "5m" },
        ...(keepsFiles
          ? // `pulumi destroy` would delete the files with the droplet.
            { protect: true }
          : // An in-place resize powers off the whole color at the same time, and can't shrink a disk.
            { replaceOnChanges: ["size"] }),
        // With a fixed name, Pulumi would by default delete the old droplet before it creates the new one.
        deleteBeforeReplace: false,
      },
    );
    this.machineId = droplet.id;
    this.dropletUrn = droplet.dropletUrn;
    this.address = droplet.ipv4AddressPrivate;
    this.publicAddress = droplet.ipv4Address;
    this.#ready = new ReadyHost(
      `${name}-ready`,
      { hostName, stack, access, address: droplet.ipv4Address, machine: droplet, keepsFiles },
      { parent: this },
    );
    this.haproxyImage = edgeImage(`${name}-edge-image`, this.#ready, hostName, args.haproxy, this);
    this.registerOutputs({ name: this.name, address: this.address, machineId: this.machineId });
  }

  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand {
    return this.#ready.run(name, args, opts);
  }
}
