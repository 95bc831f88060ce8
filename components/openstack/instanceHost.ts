import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { instanceMetadata } from "./instances.ts";
import { edgeImage } from "../edge/edgeImage.ts";
import type { Host, HostCommand, HostCommandArgs } from "../machine/host.ts";
import { type MachineHostArgs, ReadyHost, firstBoot } from "../machine/readyHost.ts";
import type { StackNetwork } from "./stackNetwork.ts";

export interface InstanceHostArgs extends MachineHostArgs {
  /** By name, such as `b3-8`. */
  readonly flavor: string;
  /** By name; with apt and cloud-init, such as `Debian 13`. */
  readonly image: string;
  /** By name; the cloud's network to the internet. */
  readonly externalNetwork: string;
  readonly network: StackNetwork;
  /** Security groups besides the one for SSH. */
  readonly groups: readonly pulumi.Input<string>[];
  /** A color, `edge` or `services`. */
  readonly role: string;
  /** Whether it has a second address in the network, for the users' floating IP. */
  readonly hasEntrance: boolean;
  /** See `ReadyHost`. */
  readonly isSilent: boolean;
}

/**
 * An instance that runs Docker, with a floating IP for SSH and this program's keys. New keys do not replace
 * it. Another flavor or image does; the new instance is ready before the old one is deleted. One that keeps files
 * stays: another flavor restarts it, another image is for new ones.
 */
export class InstanceHost extends pulumi.ComponentResource implements Host {
  public readonly name: string;
  public readonly network = "";
  public readonly engine: string;
  /** In the stack's network. */
  public readonly address: pulumi.Output<string>;
  /** The second address there, or the only one. */
  public readonly entranceAddress: pulumi.Output<string>;
  public readonly publicAddress: pulumi.Output<string>;
  public readonly machineId: pulumi.Output<string>;
  public readonly portId: pulumi.Output<string>;
  public readonly haproxyImage: HostCommand;

  readonly #ready: ReadyHost;

  constructor(name: string, args: InstanceHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:openstack:InstanceHost", name, {}, opts);
    const { hostName, stack, access, network, isSilent, keepsFiles = false } = args;
    this.name = hostName;
    this.engine = hostName;
    const port = makePort(`${name}-port`, args, this);
    const addresses = port.allFixedIps.apply((all) => [...all].sort());
    this.portId = port.id;
    this.address = addresses.apply(([first = ""]) => first);
    this.entranceAddress = addresses.apply((all) => all.at(-1) ?? "");
    const machine = makeInstance(name, port, addresses, args, this);
    this.machineId = machine.id;
    // Neutron allows one floating IP per address; this one belongs to the first address.
    const floating = new openstack.networking.FloatingIp(
      `${name}-ip`,
      { pool: args.externalNetwork, portId: port.id, fixedIp: this.address },
      { parent: this, dependsOn: [network.way] },
    );
    this.publicAddress = floating.address;
    this.#ready = new ReadyHost(
      `${name}-ready`,
      { hostName, stack, access, address: floating.address, machine, isSilent, keepsFiles },
      { parent: this },
    );
    this.haproxyImage = edgeImage(`${name}-edge-image`, this.#ready, hostName, args.haproxy, this);
    this.registerOutputs({ name: this.name, address: this.address });
  }

  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand {
    return this.#ready.run(name, args, opts);
  }
}

function makePort(
  name: string,
  args: InstanceHostArgs,
  parent: InstanceHost,
): openstack.networking.Port {
  const { machineName, image, flavor, network, groups, hasEntrance, keepsFiles } = args;
  const address = { subnetId: network.subnetId };
  return new openstack.networking.Port(
    name,
    {
      // A port belongs to one instance; a replacement with another image or flavor gets a new port.
      description: keepsFiles ? machineName : `${machineName}, ${image}, ${flavor}`,
      networkId: network.networkId,
      fixedIps: hasEntrance ? [address, address] : [address],
      securityGroupIds: [network.sshGroup, ...groups],
      adminStateUp: true,
    },
    { parent, replaceOnChanges: ["description"] },
  );
}

function makeInstance(
  name: string,
  port: openstack.networking.Port,
  addresses: pulumi.Output<string[]>,
  args: InstanceHostArgs,
  parent: InstanceHost,
): openstack.compute.Instance {
  const { hostName, stack, access, network, hasEntrance, keepsFiles = false } = args;
  return new openstack.compute.Instance(
    name,
    {
      name: args.machineName,
      flavorName: args.flavor,
      imageName: args.image,
      networks: [{ port: port.id }],
      metadata: instanceMetadata(stack, hostName, args.role),
      userData: firstBoot(access, stack, hostName, hasEntrance ? addresses : []),
    },
    {
      parent,
      // The first boot installs packages from the internet.
      dependsOn: [network.way],
      // User data is read only once, and `ReadyHost` installs later keys.
      ignoreChanges: ["userData", ...(keepsFiles ? ["imageName"] : [])],
      ...(keepsFiles
        ? // `pulumi destroy` would delete the files with the instance.
          { protect: true }
        : // An in-place change rebuilds with an empty disk or stops, for the whole color at the same time.
          { replaceOnChanges: ["imageName", "flavorName"] }),
      // The plugin's own limit is half an hour; an instance takes a minute or two.
      customTimeouts: { create: "10m", delete: "10m" },
      // With a fixed name, Pulumi would by default delete the old one before it creates the new one.
      deleteBeforeReplace: false,
    },
  );
}
