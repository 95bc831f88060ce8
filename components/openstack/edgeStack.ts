import { EdgeWithFloatingIp } from "./edgeWithFloatingIp.ts";
import { ANYWHERE, type StackNetwork } from "./stackNetwork.ts";
import type { Settings } from "../../settings/types.ts";
import type { HostGroups, OvhArgs, InstanceInfrastructure } from "./instanceStack.ts";
import { edgeImageOf } from "../edge/haproxyVersion.ts";
import { edgeConfig } from "../edge/haproxyConfig.ts";
import type { BalancerKind } from "../service/blueGreenService.ts";

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
  { network, edges }: InstanceInfrastructure,
): BalancerKind<EdgeWithFloatingIp> {
  const { port, previewPort } = settings.edge;
  return {
    makeBalancer: (members, { parent, dependsOn }) =>
      new EdgeWithFloatingIp(
        "balancer",
        {
          hosts: edges,
          members,
          config: edgeConfig(settings),
          port,
          previewPort,
          image: edgeImageOf(settings),
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
