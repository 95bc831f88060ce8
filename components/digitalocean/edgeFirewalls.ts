import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import type { Account } from "../../settings/types.ts";
import type { StackTags } from "./tags.ts";
import type { EdgeFleetArgs } from "../edge/edgeFleet.ts";
import type { DropletHost } from "./dropletHost.ts";
import type { LoadBalancerArgs } from "./loadBalancer.ts";

/** What an edge on droplets is made from, with one of them or two. */
export interface DropletEdgeArgs
  extends
    Omit<EdgeFleetArgs, "hosts" | "preview" | "healthPort">,
    Omit<LoadBalancerArgs, "membersTag"> {
  readonly account: Account;
  readonly tags: StackTags;
  readonly hosts: readonly DropletHost[];
  /** Leads to the idle color, for those of `previewCidrs`. */
  readonly previewPort: number;
  readonly previewCidrs: readonly string[];
  /** What the edges' members wait for; what users come in by does not. */
  readonly after: readonly pulumi.Resource[];
}

/** A port, and from where it is open. */
export type Opening = Omit<digitalocean.types.input.FirewallInboundRule, "protocol">;

/** Opens the edges for users and testers, and both colors' apps for the edges and nobody else. */
export function openEdges(
  name: string,
  args: DropletEdgeArgs,
  users: readonly Opening[],
  parent: pulumi.Resource,
): void {
  const { name: prefix, network, tags, config, previewPort, previewCidrs } = args;
  const testers = { portRange: String(previewPort), sourceAddresses: [...previewCidrs] };
  firewall(
    `${name}-traffic`,
    `${prefix}-traffic`,
    [network.tag(tags.edge)],
    previewCidrs.length > 0 ? [...users, testers] : users,
    parent,
  );
  firewall(
    `${name}-apps`,
    `${prefix}-apps`,
    COLORS.map((color) => network.tag(tags.color(color))),
    [{ portRange: String(config.appPort), sourceTags: [network.tag(tags.edge)] }],
    parent,
  );
}

function firewall(
  name: string,
  nameInAccount: string,
  tags: readonly pulumi.Input<string>[],
  openings: readonly Opening[],
  parent: pulumi.Resource,
): void {
  const inboundRules = openings.map((opening) => ({ protocol: "tcp", ...opening }));
  new digitalocean.Firewall(
    name,
    { name: nameInAccount, tags: [...tags], inboundRules },
    { parent },
  );
}
