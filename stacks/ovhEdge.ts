import { FloatingEdge } from "../components/openstack/floatingEdge.ts";
import { ANYWHERE, type StackNetwork } from "../components/openstack/stackNetwork.ts";
import type { Settings } from "../lib/settings/types.ts";
import type { HostGroups, OvhArgs, OvhGround } from "./ovh.ts";
import { EDGE_IMAGE, edgeConfig } from "./stackArgs.ts";
import type { BalancerKind } from "./stackService.ts";

/** Opens the edges for users and testers, and the apps for the edges and nobody else. */
export function edgeGroups({ app, edge, preview }: Settings, network: StackNetwork): HostGroups {
  const edges = network.group("edge", [
    { port: edge.port, cidrs: ANYWHERE },
    { port: edge.previewPort, cidrs: preview.allowedCidrs },
  ]);
  return { edges, apps: network.group("apps", [{ port: app.port, group: edges }]) };
}

/** Our HAProxy on instances, one or two, with a floating IP. */
export function edgeOnInstances(
  { settings, names, plan, ovh, ssh, entrance }: OvhArgs,
  { network, edges }: OvhGround,
): BalancerKind<FloatingEdge> {
  const { port, previewPort } = settings.edge;
  return {
    makeBalancer: (members, { parent, dependsOn }) =>
      new FloatingEdge(
        "balancer",
        {
          hosts: edges,
          members,
          config: edgeConfig(settings),
          port,
          previewPort,
          image: EDGE_IMAGE,
          names,
          plan,
          ssh,
          network,
          externalNetwork: ovh.externalNetwork,
          entrance,
          after: dependsOn,
        },
        { parent },
      ),
  };
}
