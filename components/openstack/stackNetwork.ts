import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";

export interface StackNetworkArgs {
  /** In the project: `blue-green-prod`. */
  readonly name: string;
  /** The network by which the cloud reaches the internet, such as `Ext-Net`. */
  readonly externalNetwork: string;
  /** From where SSH is allowed. */
  readonly sshCidrs: readonly string[];
}

/** From where a port of a host is open: an address range, or all hosts of a security group. */
export type Opening = {
  readonly port: number;
} & ({ readonly cidr: string } | { readonly group: pulumi.Input<string> });

/** Of the stack's own network, which nobody else is in. */
export const SUBNET = "10.20.0.0/16";
const NAME_SERVERS = ["213.186.33.99", "1.1.1.1"];

/**
 * The stack's private network with a way to the internet, and the security group that all hosts have:
 * SSH from where it is allowed, nothing else in, everything out.
 */
export class StackNetwork extends pulumi.ComponentResource {
  public readonly networkId: pulumi.Output<string>;
  public readonly subnetId: pulumi.Output<string>;
  /** Of every host. */
  public readonly sshGroup: pulumi.Output<string>;
  /** What has to be there before an address of the external network leads anywhere. */
  public readonly way: pulumi.Resource;

  readonly #name: string;
  readonly #prefix: string;

  constructor(name: string, args: StackNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:openstack:StackNetwork", name, {}, opts);
    this.#name = name;
    this.#prefix = args.name;
    const parent = { parent: this };
    const network = new openstack.networking.Network(name, { name: args.name }, parent);
    const subnet = new openstack.networking.Subnet(
      `${name}-subnet`,
      {
        name: args.name,
        networkId: network.id,
        cidr: SUBNET,
        ipVersion: 4,
        dnsNameservers: NAME_SERVERS,
      },
      parent,
    );
    const external = openstack.networking.getNetworkOutput(
      { name: args.externalNetwork, external: true },
      parent,
    );
    const router = new openstack.networking.Router(
      `${name}-router`,
      { name: args.name, externalNetworkId: external.id },
      parent,
    );
    this.way = new openstack.networking.RouterInterface(
      `${name}-router-interface`,
      { routerId: router.id, subnetId: subnet.id },
      parent,
    );
    this.networkId = network.id;
    this.subnetId = subnet.id;
    this.sshGroup = this.group(
      "ssh",
      args.sshCidrs.map((cidr) => ({ port: 22, cidr })),
    );
    this.registerOutputs({ networkId: this.networkId, subnetId: this.subnetId });
  }

  /** A security group with these openings, and with everything allowed on the way out. */
  group(role: string, openings: readonly Opening[]): pulumi.Output<string> {
    const name = `${this.#name}-${role}`;
    const group = new openstack.networking.SecGroup(
      name,
      { name: `${this.#prefix}-${role}` },
      { parent: this },
    );
    for (const [at, opening] of openings.entries()) {
      new openstack.networking.SecGroupRule(
        `${name}-${opening.port}-${at + 1}`,
        {
          securityGroupId: group.id,
          direction: "ingress",
          ethertype: "cidr" in opening && opening.cidr.includes(":") ? "IPv6" : "IPv4",
          protocol: "tcp",
          portRangeMin: opening.port,
          portRangeMax: opening.port,
          ...("cidr" in opening
            ? { remoteIpPrefix: opening.cidr }
            : { remoteGroupId: opening.group }),
        },
        { parent: this },
      );
    }
    return group.id;
  }
}
