import type { DropletEdgeArgs } from "./edgeFirewalls.ts";
import { EdgesBehindLoadBalancer } from "./edgesBehindLoadBalancer.ts";
import { EdgeWithReservedIp } from "./edgeWithReservedIp.ts";
import type { DigitalOceanArgs, DropletInfrastructure, EntranceBalancer } from "./dropletStack.ts";
import { edgeImageOf } from "../edge/haproxyVersion.ts";
import { edgeConfig } from "../edge/haproxyConfig.ts";
import type { BalancerKind } from "../service/blueGreenService.ts";

/** Our HAProxy on droplets: one with a reserved IP, or two behind a load balancer. */
export function edgeOnDroplets(
  { settings, names, plan, digitalocean, ssh }: DigitalOceanArgs,
  { network, tags, edges }: DropletInfrastructure,
): BalancerKind<EntranceBalancer> {
  const makeArgs = (more: Pick<DropletEdgeArgs, "members" | "after">): DropletEdgeArgs => ({
    ...more,
    name: names.network,
    account: digitalocean.account,
    region: digitalocean.region,
    network,
    tags,
    hosts: edges,
    config: edgeConfig(settings),
    image: edgeImageOf(settings),
    names,
    plan,
    ssh,
    port: settings.edge.port,
    previewPort: settings.edge.previewPort,
    previewCidrs: settings.preview.allowedCidrs,
    options: settings.managed,
    ...(settings.tls && { tls: settings.tls }),
  });
  const Edge = edges.length === 1 ? EdgeWithReservedIp : EdgesBehindLoadBalancer;
  return {
    makeBalancer: (members, { parent, dependsOn }) =>
      new Edge("balancer", makeArgs({ members, after: dependsOn }), { parent }),
  };
}
