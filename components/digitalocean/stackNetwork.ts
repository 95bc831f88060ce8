import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import type { StackTags } from "./tags.ts";

export interface StackNetworkArgs {
  /** In the account: `blue-green-prod`. */
  readonly name: string;
  readonly region: string;
  readonly tags: StackTags;
  /** Tags in addition to those of the stack and its colors. */
  readonly roleTags: readonly ("edge" | "live" | "ready" | "services")[];
  /** Address ranges that may use SSH. */
  readonly sshCidrs: readonly string[];
}

export const ANYWHERE = ["0.0.0.0/0", "::/0"];
const ALL_PORTS = "1-65535";

/**
 * The stack's private network, the tags of its droplets, and the firewall of all droplets: SSH from the
 * allowed ranges, nothing else in, everything out. Balancers open what they need.
 */
export class StackNetwork extends pulumi.ComponentResource {
  public readonly vpcId: pulumi.Output<string>;

  readonly #tags: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: StackNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:digitalocean:StackNetwork", name, {}, opts);
    const vpc = new digitalocean.Vpc(
      name,
      { name: args.name, region: args.region },
      // Two networks may not share a name.
      { parent: this, deleteBeforeReplace: true },
    );
    this.vpcId = vpc.id;
    this.#tags = makeTags(name, args, this);
    new digitalocean.Firewall(
      `${name}-ssh`,
      {
        name: `${args.name}-ssh`,
        tags: [this.tag(args.tags.stack)],
        inboundRules: [{ protocol: "tcp", portRange: "22", sourceAddresses: [...args.sshCidrs] }],
        outboundRules: [
          { protocol: "tcp", portRange: ALL_PORTS, destinationAddresses: ANYWHERE },
          { protocol: "udp", portRange: ALL_PORTS, destinationAddresses: ANYWHERE },
          { protocol: "icmp", destinationAddresses: ANYWHERE },
        ],
      },
      { parent: this },
    );
    this.registerOutputs({ vpcId: this.vpcId });
  }

  /** A tag of the stack, as an output: its user depends on it. */
  tag(tag: string): pulumi.Output<string> {
    const made = this.#tags.get(tag);
    if (!made) throw new pulumi.ResourceError(`The stack has no tag ${tag}.`, this);
    return made;
  }
}

/** Firewalls and balancers accept existing tags only. */
function makeTags(
  name: string,
  { tags, roleTags }: StackNetworkArgs,
  parent: pulumi.Resource,
): ReadonlyMap<string, pulumi.Output<string>> {
  const kinds = {
    stack: tags.stack,
    ...Object.fromEntries(roleTags.map((kind) => [kind, tags[kind]])),
    ...Object.fromEntries(COLORS.map((color) => [color, tags.color(color)])),
  };
  return new Map(
    Object.entries(kinds).map(([kind, tag]) => {
      const made = new digitalocean.Tag(`${name}-tag-${kind}`, { name: tag }, { parent });
      return [tag, made.name];
    }),
  );
}
