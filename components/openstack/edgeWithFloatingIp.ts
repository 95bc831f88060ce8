import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { edgeConfiguration } from "../edge/edgeContainer.ts";
import {
  EdgeWithMovableAddress,
  type EdgeWithMovableAddressArgs,
} from "../cloud/edgeWithMovableAddress.ts";
import type { InstanceHost } from "./instanceHost.ts";
import { ANYWHERE, type StackNetwork } from "./stackNetwork.ts";
import type { Rendered, RenderedBalancer } from "./storedRelease.ts";
import type { Settings } from "../../settings/types.ts";
import type { HostGroups, OvhArgs, InstanceInfrastructure } from "./instanceStack.ts";
import { newestRecipe } from "../../settings/haproxyVersion.ts";
import { appPorts, edgeConfig } from "../edge/haproxyConfig.ts";
import type { BalancerKind } from "../service/blueGreenService.ts";

export interface EdgeWithFloatingIpArgs extends Omit<EdgeWithMovableAddressArgs, "hosts"> {
  readonly hosts: readonly InstanceHost[];
  readonly network: StackNetwork;
  readonly externalNetwork: string;
  /** The edge with the floating IP: the first one, or another if the first does not answer. */
  readonly entrance: string;
}

/**
 * Our HAProxy on one or two instances, with a floating IP. It points to the first one and moves to a new
 * first one once that has its route. If the first is lost, it moves immediately to the other, which already
 * has its route.
 */
export class EdgeWithFloatingIp extends EdgeWithMovableAddress implements RenderedBalancer {
  public readonly rendered: Rendered;

  readonly #name: string;
  readonly #args: EdgeWithFloatingIpArgs;

  constructor(name: string, args: EdgeWithFloatingIpArgs, opts?: pulumi.ComponentResourceOptions) {
    const formerly = { aliases: [{ type: "blue-green:openstack:FloatingEdge" }] };
    super(
      "blue-green:openstack:EdgeWithFloatingIp",
      name,
      args,
      pulumi.mergeOptions(opts, formerly),
    );
    this.#name = name;
    this.#args = args;
    this.rendered = { name: "haproxy.cfg", text: edgeConfiguration(args) };
    this.registerOutputs({ previewUrl: this.previewUrl });
  }

  protected makeAddress(routeSet: pulumi.Resource): pulumi.Output<string> {
    const { hosts, entrance, network, externalNetwork } = this.#args;
    const [first] = hosts;
    const host = hosts.find(({ name }) => name === entrance);
    if (!host) throw new pulumi.ResourceError(`The edge has no host ${entrance}.`, this);
    const isFallback = host !== first;
    const floating = new openstack.networking.FloatingIp(
      `${this.#name}-ip`,
      { pool: externalNetwork, portId: host.portId, fixedIp: host.entranceAddress },
      {
        parent: this,
        dependsOn: [network.way, ...(isFallback ? [] : [routeSet])],
        // Users know the address; another network would mean another address.
        ignoreChanges: ["pool"],
      },
    );
    return floating.address;
  }
}

/** Opens the edges to users and testers, and the apps to the edges only. */
export function edgeGroups({ apps, edge, preview }: Settings, network: StackNetwork): HostGroups {
  const edges = network.group("edge", [
    { port: edge.port, cidrs: ANYWHERE },
    { port: edge.previewPort, cidrs: preview.allowedCidrs },
  ]);
  const openings = appPorts(apps).map((port) => ({ port, group: edges }));
  return { edges, apps: network.group("apps", openings) };
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
          image: newestRecipe(settings).image,
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
