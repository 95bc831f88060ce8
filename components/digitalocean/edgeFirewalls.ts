import * as digitalocean from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import type { Account } from "../../settings/types.ts";
import type { StackTags } from "./tags.ts";
import type { EdgeFleetArgs } from "../edge/edgeFleet.ts";
import { appPorts } from "../edge/haproxyConfig.ts";
import type { DropletHost } from "./dropletHost.ts";
import type { LoadBalancerArgs } from "./loadBalancer.ts";
import type { StackNetwork } from "./stackNetwork.ts";

/** Arguments for an edge on one or two droplets. */
export interface DropletEdgeArgs
  extends
    Omit<EdgeFleetArgs, "hosts" | "preview" | "healthPort">,
    Omit<LoadBalancerArgs, "membersTag"> {
  readonly account: Account;
  readonly tags: StackTags;
  readonly hosts: readonly DropletHost[];
  /** Leads to the idle color, for clients in `previewCidrs`. */
  readonly previewPort: number;
  readonly previewCidrs: readonly string[];
  /** Must exist before the edges get their members; the entrance does not wait for it. */
  readonly after: readonly pulumi.Resource[];
}

/** A port and the sources that may connect to it. */
export type Opening = Omit<digitalocean.types.input.FirewallInboundRule, "protocol">;

/** Opens the edges to users and testers, and both colors' apps only to the edges. */
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
    appPorts(config.apps).map((port) => ({
      portRange: String(port),
      sourceTags: [network.tag(tags.edge)],
    })),
    parent,
  );
}

/** Opens the services' ports to both colors' hosts only. @param prefix Of the firewall's name in the account. */
export function openServices(
  prefix: string,
  ports: readonly number[],
  network: StackNetwork,
  tags: StackTags,
): void {
  const sourceTags = COLORS.map((color) => network.tag(tags.color(color)));
  firewall(
    "network-services",
    `${prefix}-services`,
    [network.tag(tags.services)],
    ports.map((port) => ({ portRange: String(port), sourceTags })),
    network,
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
