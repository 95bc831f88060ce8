import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import type { Plan } from "../../lib/plan.ts";
import type { HaproxyConfig } from "../edge/haproxyConfig.ts";
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
  /** By id; the cloud's default if left out. */
  readonly flavorId?: string;
  readonly members: Members;
  /** Must exist before the members; the balancer itself does not wait. */
  readonly after: readonly pulumi.Resource[];
  readonly apps: HaproxyConfig["apps"];
  readonly canaryHeader: NameAndValue;
  readonly canaryCookie?: NameAndValue;
  readonly persistence?: Persistence;
  readonly drainSeconds: number;
  readonly account: OpenStackAccount;
  readonly plan: Pick<Plan, "routeGeneration" | "activeGate" | "canaryGate" | "membersGeneration">;
  /** Run before the load balancer is created, see `entranceRule`. */
  readonly hooks?: pulumi.ResourceHookBinding;
}

/**
 * Octavia. Each color has a pool whose members are always its hosts; the listener's default pool is the
 * pointer. A third pool holds both colors with a canary's weights, and policies send testers to the idle
 * color. The route consists of the pointer, the weights, and the targets of the policies and the preview:
 * only the route's step changes them, Pulumi ignores them.
 */
export class OctaviaBalancer extends pulumi.ComponentResource implements RenderedBalancer {
  public readonly rendered: Rendered;
  public readonly url: pulumi.Output<string>;
  /** The same address on the preview port, for clients in `previewCidrs`; empty if there are none. */
  public readonly previewUrl: pulumi.Output<string>;

  readonly #args: OctaviaBalancerArgs;
  readonly #name: string;
  readonly #balancer: openstack.loadbalancer.LoadBalancer;
  readonly #listeners: OctaviaListeners;
  /** `BalancerParts` */
  readonly #parts: pulumi.Input<object>;
  /** Must exist before a route is set. */
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
      // A `SetRouteInput`; a preview shows what changes in it.
      { route, parts: this.#parts, generation, activeGate, canaryGate },
      account,
      { parent: this, dependsOn: [...this.#complete, ...dependsOn] },
    );
    const { redirected } = this.#listeners;
    if (redirected) {
      const to = { listener: redirected, balancer: this.#balancer, url: this.url, account };
      // Only once HTTPS has a route.
      redirectToHttps(`${this.#name}-redirect`, to, { parent: this, dependsOn: [set] });
    }
    return routeOf(set, route);
  }

  /** Members leave the shared pool after their color's pool, once their requests have finished. */
  #setSharedMembers(dependsOn: readonly pulumi.Resource[]): pulumi.Resource {
    const { members, apps, network, drainSeconds, account, plan } = this.#args;
    const generation = plan.membersGeneration;
    const all = COLORS.flatMap((color) =>
      members[color].map(({ name, address }) => ({
        ...{ name, address, protocol_port: apps[color].port, subnet_id: network.subnetId },
      })),
    );
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
      // With a fixed name, Pulumi would by default delete the old one before it creates the new one.
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
      // Users know the address; another network would mean another address.
      ignoreChanges: ["pool"],
    },
  );
}
