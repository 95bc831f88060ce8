import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import type { Plan } from "../../lib/plan.ts";
import { certifiedName, httpsUrl, httpUrl } from "../cloud/publicUrl.ts";
import type { Route } from "../../lib/route.ts";
import type { NameAndValue, OpenStackAccount, Persistence } from "../../settings/types.ts";
import { type Members, routeOf } from "../service/balancer.ts";
import { colorMembers, keepClients, octaviaPools } from "./octaviaPools.ts";
import { octaviaCommand } from "./octaviaCommand.ts";
import { octaviaConfiguration } from "./octaviaConfiguration.ts";
import {
  type OctaviaListeners,
  type OctaviaListenersArgs,
  TLS_PORT,
  octaviaListeners,
  redirectToHttps,
} from "./octaviaListeners.ts";
import { keepPools, testerPolicies } from "./octaviaPolicies.ts";
import type { StackNetwork } from "./stackNetwork.ts";
import type { Rendered, RenderedBalancer } from "./storedRelease.ts";

export interface OctaviaBalancerArgs extends Omit<OctaviaListenersArgs, "balancer" | "pools"> {
  /** In the project: `blue-green-prod`. */
  readonly name: string;
  readonly network: StackNetwork;
  readonly externalNetwork: string;
  /** By id; the cloud's default where it is left out. */
  readonly flavorId?: string;
  readonly members: Members;
  /** What members wait for; the balancer itself does not. */
  readonly after: readonly pulumi.Resource[];
  readonly appPort: number;
  readonly healthPath: string;
  readonly canaryHeader: NameAndValue;
  readonly canaryCookie?: NameAndValue;
  readonly persistence?: Persistence;
  readonly drainSeconds: number;
  readonly account: OpenStackAccount;
  readonly plan: Pick<Plan, "routeGeneration" | "activeGate" | "canaryGate" | "membersGeneration">;
  /** Asked before the load balancer is made, see `entranceRule`. */
  readonly hooks?: pulumi.ResourceHookBinding;
}

/**
 * Octavia. Each color has a pool whose members are always its hosts; the listener's default pool is the
 * pointer. A third pool holds both colors with the weights of a canary, and policies lead testers to the
 * idle color. The pointer, those weights, and where the policies and the preview lead are the route: the
 * script that sets it changes them, and Pulumi leaves them alone.
 */
export class OctaviaBalancer extends pulumi.ComponentResource implements RenderedBalancer {
  public readonly rendered: Rendered;
  public readonly url: pulumi.Output<string>;
  /** The same address on a port of its own, for those of `previewCidrs`; empty where nobody may. */
  public readonly previewUrl: pulumi.Output<string>;

  readonly #args: OctaviaBalancerArgs;
  readonly #name: string;
  readonly #balancer: openstack.loadbalancer.LoadBalancer;
  readonly #listeners: OctaviaListeners;
  /** `BalancerParts` */
  readonly #parts: pulumi.Input<object>;
  /** With what else has to be there before a route is set. */
  readonly #complete: readonly pulumi.Resource[];

  constructor(name: string, args: OctaviaBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:openstack:OctaviaBalancer", name, {}, opts);
    this.#args = args;
    this.#name = name;
    const { tls, port, previewPort } = args;
    const balancer = loadBalancer(name, args, this);
    this.#balancer = balancer;
    const { address } = publicAddress(name, args, balancer, this);
    const pools = octaviaPools(name, { ...args, balancer }, this);
    this.#listeners = octaviaListeners(name, { ...args, balancer, pools }, this);
    const { users, preview } = this.#listeners;
    const testers = testerPolicies(name, { ...args, listener: users, pools }, this);
    const kept = keepPools(name, { ...args, listener: users, pools }, this);
    this.#parts = {
      balancer: balancer.id,
      listener: users.id,
      ...(preview && { preview: preview.id }),
      pools: { blue: pools.blue.pool.id, green: pools.green.pool.id, shared: pools.shared.pool.id },
      policies: testers.map(({ policy }) => policy.id),
    };
    const ofColors = colorMembers(name, { ...args, pools }, this);
    const members = this.#setSharedMembers(ofColors);
    const keeping = keepClients(`${name}-persistence`, { ...args, balancer, pools }, this);
    const policies = [...testers, ...kept];
    const parts = { listeners: this.#listeners, pools, policies, members: ofColors };
    this.rendered = { name: "octavia.json", text: octaviaConfiguration(parts) };
    this.#complete = [members, keeping, ...policies.flatMap(({ rules }) => rules)];
    // The certificate is for a name, on the preview's port too.
    const host = address.apply((known) => certifiedName(tls) ?? known);
    const urlAt = (at: number) =>
      host.apply((known) => (tls ? httpsUrl(known, at) : httpUrl(known, at)));
    this.url = urlAt(tls ? TLS_PORT : port);
    this.previewUrl = preview ? urlAt(previewPort) : pulumi.output("");
    this.registerOutputs({ url: this.url, previewUrl: this.previewUrl });
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const { plan, account } = this.#args;
    const { routeGeneration: generation, activeGate, canaryGate } = plan;
    const set = octaviaCommand(
      `${this.#name}-route`,
      "octavia-route",
      // A `SetRouteInput`; a preview shows what of it changes.
      { route, parts: this.#parts, generation, activeGate, canaryGate },
      account,
      { parent: this, dependsOn: [...this.#complete, ...dependsOn] },
    );
    const { redirected } = this.#listeners;
    if (redirected) {
      const to = { listener: redirected, balancer: this.#balancer, url: this.url, account };
      // Only when there is something behind it.
      redirectToHttps(`${this.#name}-redirect`, to, { parent: this, dependsOn: [set] });
    }
    return routeOf(set, route);
  }

  /** Those of the pool for both colors leave after those of the colors' own, and when they are idle. */
  #setSharedMembers(dependsOn: readonly pulumi.Resource[]): pulumi.Resource {
    const { members, appPort, network, drainSeconds, account, plan } = this.#args;
    const generation = plan.membersGeneration;
    const all = COLORS.flatMap((color) => members[color]).map(({ name, address }) => ({
      ...{ name, address, protocol_port: appPort, subnet_id: network.subnetId },
    }));
    return octaviaCommand(
      `${this.#name}-shared-members`,
      "octavia-members",
      // A `SetMembersInput`.
      { parts: this.#parts, members: all, drainSeconds, generation },
      account,
      { parent: this, dependsOn: [...dependsOn] },
    );
  }
}

function loadBalancer(
  name: string,
  { name: nameInProject, network, flavorId, hooks }: OctaviaBalancerArgs,
  parent: pulumi.Resource,
): openstack.loadbalancer.LoadBalancer {
  return new openstack.loadbalancer.LoadBalancer(
    name,
    {
      name: nameInProject,
      vipSubnetId: network.subnetId,
      ...(flavorId !== undefined && { flavorId }),
    },
    {
      parent,
      // Because the name is ours, a replace would delete it before there is a new one.
      deleteBeforeReplace: false,
      ...(hooks && { hooks }),
    },
  );
}

function publicAddress(
  name: string,
  { externalNetwork, network }: OctaviaBalancerArgs,
  { vipPortId }: openstack.loadbalancer.LoadBalancer,
  parent: pulumi.Resource,
): openstack.networking.FloatingIp {
  return new openstack.networking.FloatingIp(
    `${name}-ip`,
    { pool: externalNetwork, portId: vipPortId },
    {
      parent,
      dependsOn: [network.way],
      // Users know the address: one of another network would be another one.
      ignoreChanges: ["pool"],
    },
  );
}
