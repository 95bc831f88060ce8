import { OctaviaBalancer } from "./octaviaBalancer.ts";
import type { StackNetwork } from "./stackNetwork.ts";
import type { OvhSettings, Settings } from "../../settings/types.ts";
import type { HostGroups, OvhArgs, InstanceInfrastructure } from "./instanceStack.ts";
import { appPorts, edgeConfig } from "../edge/haproxyConfig.ts";
import type { BalancerKind } from "../service/blueGreenService.ts";

/** Octavia reaches the apps from its own addresses in the stack's network, which is private to the stack. */
export function octaviaGroups(
  { apps }: Settings,
  { networkCidr }: OvhSettings,
  network: StackNetwork,
): HostGroups {
  const openings = appPorts(apps).map((port) => ({ port, cidrs: [networkCidr] }));
  return { apps: network.group("apps", openings) };
}

export function octavia(
  args: OvhArgs,
  { network }: InstanceInfrastructure,
): BalancerKind<OctaviaBalancer> {
  const { settings, names, plan, ovh, balancerFlavorId, balancerHooks } = args;
  const { edge, managed, preview, tls } = settings;
  return {
    makeBalancer: (members, { parent, dependsOn }) =>
      new OctaviaBalancer(
        "balancer",
        {
          ...edgeConfig(settings),
          name: names.network,
          network,
          externalNetwork: ovh.externalNetwork,
          members,
          after: dependsOn,
          port: edge.port,
          previewPort: edge.previewPort,
          // The balancer has an IPv4 address.
          previewCidrs: preview.allowedCidrs.filter((cidr) => !cidr.includes(":")),
          idleTimeoutSeconds: managed.idleTimeoutSeconds,
          account: ovh.account,
          plan,
          ...(tls && { tls }),
          ...(ovh.persistence && { persistence: ovh.persistence }),
          ...(balancerFlavorId !== undefined && { flavorId: balancerFlavorId }),
          ...(balancerHooks && { hooks: balancerHooks }),
        },
        { parent },
      ),
  };
}
