import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { cloudInit } from "../../lib/cloudInit.ts";
import { instanceMetadata } from "../../lib/openstack/instances.ts";
import { hostKeys } from "../../lib/ssh/hostKeys.ts";
import { edgeImage } from "../haproxy/edgeImage.ts";
import type { Host, HostCommand, HostCommandArgs } from "../host.ts";
import { ReadyHost, type SshAccess } from "../ssh/readyHost.ts";
import type { StackNetwork } from "./stackNetwork.ts";

export interface InstanceHostArgs {
  /** The host's name within its stack: `blue-1`. */
  readonly hostName: string;
  /** In the project: `blue-green-prod-blue-1`. */
  readonly instanceName: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  /** By name, such as `b3-8`. */
  readonly flavor: string;
  /** By name; with apt and cloud-init, such as `Debian 12`. */
  readonly image: string;
  /** The network by which the cloud reaches the internet. */
  readonly externalNetwork: string;
  readonly network: StackNetwork;
  /** Besides the one for SSH. */
  readonly groups: readonly pulumi.Input<string>[];
  /** What the host is for: a color, or `edge`. */
  readonly role: string;
  readonly access: SshAccess;
  /** The image of our HAProxy, made on the instance. */
  readonly edgeImage: string;
}

/**
 * An instance that runs Docker, with a floating IP for SSH. It comes with the keys of this program and
 * no others. New keys do not make it a new instance; another image does, and another flavor resizes it,
 * for which the cloud stops it.
 */
export class InstanceHost extends pulumi.ComponentResource implements Host {
  public readonly name: string;
  public readonly network = "";
  public readonly engine: string;
  /** In the stack's network. */
  public readonly address: pulumi.Output<string>;
  public readonly publicAddress: pulumi.Output<string>;
  public readonly portId: pulumi.Output<string>;
  public readonly haproxyImage: HostCommand;

  readonly #ready: ReadyHost;

  constructor(name: string, args: InstanceHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:openstack:InstanceHost", name, {}, opts);
    const { hostName, stack, access, network } = args;
    this.name = hostName;
    this.engine = hostName;
    const parent = { parent: this };
    const port = new openstack.networking.Port(
      `${name}-port`,
      {
        // A port belongs to one instance: the next one, from another image, gets one of its own.
        description: `${args.instanceName}, ${args.image}`,
        networkId: network.networkId,
        fixedIps: [{ subnetId: network.subnetId }],
        securityGroupIds: [network.sshGroup, ...args.groups],
        adminStateUp: true,
      },
      { ...parent, replaceOnChanges: ["description"] },
    );
    const instance = new openstack.compute.Instance(
      name,
      {
        name: args.instanceName,
        flavorName: args.flavor,
        imageName: args.image,
        networks: [{ port: port.id }],
        metadata: instanceMetadata(stack, hostName, args.role),
        userData: pulumi.secret(
          cloudInit({
            keys: hostKeys(access.secret, stack, hostName),
            authorizedKeys: access.authorizedKeys,
          }),
        ),
      },
      {
        ...parent,
        // User data is read once, and `ReadyHost` brings later keys.
        ignoreChanges: ["userData"],
        // The provider would rebuild it in place, with an empty disk, while it may be taking traffic.
        replaceOnChanges: ["imageName"],
        // Because the name is ours, a replace would delete it before there is a new one.
        deleteBeforeReplace: false,
      },
    );
    const floating = new openstack.networking.FloatingIp(
      `${name}-ip`,
      { pool: args.externalNetwork, portId: port.id },
      { ...parent, dependsOn: [network.way] },
    );
    this.portId = port.id;
    this.address = port.allFixedIps.apply(([first = ""]) => first);
    this.publicAddress = floating.address;
    this.#ready = new ReadyHost(
      `${name}-ready`,
      { hostName, stack, access, address: floating.address, machine: instance },
      parent,
    );
    this.haproxyImage = edgeImage(
      `${name}-edge-image`,
      this.#ready,
      hostName,
      args.edgeImage,
      this,
    );
    this.registerOutputs({ name: this.name, address: this.address });
  }

  run(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions): HostCommand {
    return this.#ready.run(name, args, opts);
  }
}

