import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";

export interface StackNetworkArgs {
  /** In the project: `blue-green-prod`. */
  readonly name: string;
  /** The id of the cloud's network to the internet. */
  readonly externalNetworkId: string;
  /** The range of the stack's own network. */
  readonly cidr: string;
  /** Address ranges that may use SSH. */
  readonly sshCidrs: readonly string[];
}

/** An open port of a host, and its sources: address ranges, or the hosts of a security group. */
export type Opening = { readonly port: number } & (
  { readonly cidrs: readonly string[] } | { readonly group: pulumi.Input<string> }
);

export const ANYWHERE = ["0.0.0.0/0"];

const NAME_SERVERS = ["213.186.33.99", "1.1.1.1"];

/**
 * The stack's private network with a router to the internet, and the security group of all hosts: SSH from
 * the allowed ranges, nothing else in, everything out.
 */
export class StackNetwork extends pulumi.ComponentResource {
  public readonly networkId: pulumi.Output<string>;
  public readonly subnetId: pulumi.Output<string>;
  /** The security group of all hosts. */
  public readonly sshGroup: pulumi.Output<string>;
  /** Must exist before an instance can reach the internet or be reached from there. */
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
        cidr: args.cidr,
        ipVersion: 4,
        dnsNameservers: NAME_SERVERS,
      },
      parent,
    );
    const router = new openstack.networking.Router(
      `${name}-router`,
      { name: args.name, externalNetworkId: args.externalNetworkId },
      parent,
    );
    this.way = new openstack.networking.RouterInterface(
      `${name}-router-interface`,
      { routerId: router.id, subnetId: subnet.id },
      parent,
    );
    this.networkId = network.id;
    this.subnetId = subnet.id;
    this.sshGroup = this.group("ssh", [{ port: 22, cidrs: args.sshCidrs }]);
    this.registerOutputs({ networkId: this.networkId, subnetId: this.subnetId });
  }

  /** A security group with these openings; all outgoing traffic is allowed. */
  group(role: string, openings: readonly Opening[]): pulumi.Output<string> {
    const name = `${this.#name}-${role}`;
    const group = new openstack.networking.SecGroup(
      name,
      { name: `${this.#prefix}-${role}` },
      { parent: this },
    );
    for (const opening of openings) {
      for (const source of sourcesOf(opening)) {
        open(`${name}-${opening.port}-${source.name}`, group, opening.port, source, this);
      }
    }
    return group.id;
  }
}

interface Source {
  /** For the rule's name in a preview. */
  readonly name: string;
  readonly ethertype: "IPv4" | "IPv6";
  readonly remote: Pick<openstack.networking.SecGroupRuleArgs, "remoteIpPrefix" | "remoteGroupId">;
}

function sourcesOf(opening: Opening): Source[] {
  if ("group" in opening) {
    return [{ name: "group", ethertype: "IPv4", remote: { remoteGroupId: opening.group } }];
  }
  return opening.cidrs.map((cidr) => ({
    name: cidr,
    ethertype: cidr.includes(":") ? "IPv6" : "IPv4",
    remote: { remoteIpPrefix: cidr },
  }));
}

function open(
  name: string,
  group: openstack.networking.SecGroup,
  port: number,
  { ethertype, remote }: Source,
  parent: pulumi.Resource,
): void {
  new openstack.networking.SecGroupRule(
    name,
    {
      securityGroupId: group.id,
      direction: "ingress",
      ethertype,
      protocol: "tcp",
      portRangeMin: port,
      portRangeMax: port,
      ...remote,
    },
    { parent },
  );
}
