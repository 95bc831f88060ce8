import * as command from "@pulumi/command";
import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { COLORS, type Color } from "../../lib/color.ts";
import type { PoolName } from "../../lib/openstack/listenerRoute.ts";
import type { Plan } from "../../lib/plan.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import type { CanarySettings, NameAndValue } from "../../lib/settings/types.ts";
import type { Balancer, Members } from "../balancer.ts";
import type { StackNetwork } from "./stackNetwork.ts";

export interface OctaviaBalancerArgs {
  /** In the project: `blue-green-prod`. */
  readonly name: string;
  readonly network: StackNetwork;
  readonly externalNetwork: string;
  /** By id; the cloud's default where it is left out. */
  readonly flavorId?: string;
  readonly members: Members;
  /** Where users come in. */
  readonly port: number;
  readonly appPort: number;
  readonly healthPath: string;
  readonly canaryHeader: NameAndValue;
  readonly canaryCookie?: CanarySettings["cookie"];
  readonly persistence?: "SOURCE_IP" | "HTTP_COOKIE";
  /** What the script that sets the route is told to reach the cloud. */
  readonly environment: Readonly<Record<string, string>>;
  readonly plan: Pick<Plan, "revision" | "activeGate" | "canaryGate">;
}

const POOLS: readonly PoolName[] = [...COLORS, "shared"];

/**
 * Octavia. Each color has a pool whose members are always its hosts; the listener's default pool is the
 * pointer. A third pool holds both colors with the weights of a canary, and rules lead testers to the
 * idle color. The pointer, those weights and the rules' target are the route: the script that sets it
 * changes them, and Pulumi leaves them alone.
 */
export class OctaviaBalancer extends pulumi.ComponentResource implements Balancer {
  public readonly url: pulumi.Output<string>;
  public readonly previewUrl: pulumi.Output<string>;

  readonly #args: OctaviaBalancerArgs;
  readonly #name: string;
  readonly #listener: openstack.loadbalancer.Listener;
  readonly #pools: Readonly<Record<PoolName, openstack.loadbalancer.Pool>>;
  readonly #policies: readonly openstack.loadbalancer.L7PolicyV2[];

  constructor(name: string, args: OctaviaBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:openstack:OctaviaBalancer", name, {}, opts);
    this.#args = args;
    this.#name = name;
    const { network, externalNetwork, port } = args;
    const balancer = new openstack.loadbalancer.LoadBalancer(
      name,
      {
        name: args.name,
        vipSubnetId: network.subnetId,
        ...(args.flavorId !== undefined && { flavorId: args.flavorId }),
      },
      { parent: this, protect: false },
    );
    const floating = new openstack.networking.FloatingIp(
      `${name}-ip`,
      { pool: externalNetwork, portId: balancer.vipPortId },
      { parent: this, dependsOn: [network.way] },
    );
    this.#pools = this.#makePools(balancer);
    this.#listener = new openstack.loadbalancer.Listener(
      name,
      { loadbalancerId: balancer.id, protocol: "HTTP", protocolPort: port },
      // The route, and its record.
      { parent: this, ignoreChanges: ["defaultPoolId", "tags"] },
    );
    this.#policies = this.#makePolicies();
    this.url = floating.address.apply((address) =>
      port === 80 ? `http://${address}` : `http://${address}:${port}`,
    );
    this.previewUrl = pulumi.output("");
    this.registerOutputs({ url: this.url, previewUrl: this.previewUrl });
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const { plan, environment } = this.#args;
    const set = new command.local.Command(
      `${this.#name}-route`,
      {
        create: "exec node --import tsx components/openstack/setRoute.ts",
        // A `SetRouteInput`; a preview shows what of it changes.
        stdin: pulumi.jsonStringify({
          route,
          listener: this.#listener.id,
          pools: pulumi.all({
            blue: this.#pools.blue.id,
            green: this.#pools.green.id,
            shared: this.#pools.shared.id,
          }),
          policies: this.#policies.map(({ id }) => id),
          revision: plan.revision,
          activeGate: plan.activeGate,
          canaryGate: plan.canaryGate,
        }),
        environment: pulumi.secret({ ...environment }),
        logging: "none",
      },
      { parent: this, dependsOn: [this, ...dependsOn] },
    );
    return set.stdout.apply((text) => parseRoute(text) ?? route);
  }

  #makePools(
    balancer: openstack.loadbalancer.LoadBalancer,
  ): Readonly<Record<PoolName, openstack.loadbalancer.Pool>> {
    const { healthPath, persistence } = this.#args;
    const pool = (kind: PoolName) => {
      const made = new openstack.loadbalancer.Pool(
        `${this.#name}-${kind}`,
        {
          // Not by the listener, which can only have the one that it points to.
          loadbalancerId: balancer.id,
          protocol: "HTTP",
          lbMethod: kind === "shared" ? "ROUND_ROBIN" : "LEAST_CONNECTIONS",
          ...(persistence && { persistence: { type: persistence } }),
        },
        { parent: this },
      );
      new openstack.loadbalancer.Monitor(
        `${this.#name}-${kind}-monitor`,
        {
          poolId: made.id,
          type: "HTTP",
          httpMethod: "GET",
          urlPath: healthPath,
          expectedCodes: "200",
          delay: 3,
          timeout: 2,
          maxRetries: 2,
          maxRetriesDown: 2,
        },
        { parent: this },
      );
      return made;
    };
    const made = Object.fromEntries(POOLS.map((kind) => [kind, pool(kind)]));
    for (const color of COLORS) this.#fill(color, made[color]!);
    return made as Record<PoolName, openstack.loadbalancer.Pool>;
  }

  #fill(color: Color, pool: openstack.loadbalancer.Pool): void {
    const { members, appPort, network } = this.#args;
    new openstack.loadbalancer.Members(
      `${this.#name}-${color}-members`,
      {
        poolId: pool.id,
        members: members[color].map((host) => ({
          name: host.name,
          address: host.address,
          protocolPort: appPort,
          subnetId: network.subnetId,
        })),
      },
      { parent: this },
    );
  }

  /** They lead somewhere only when the route's script has said where. */
  #makePolicies(): openstack.loadbalancer.L7PolicyV2[] {
    const { canaryHeader, canaryCookie } = this.#args;
    const policy = (kind: string, type: string, { name, value }: NameAndValue) => {
      const made = new openstack.loadbalancer.L7PolicyV2(
        `${this.#name}-${kind}`,
        {
          listenerId: this.#listener.id,
          action: "REDIRECT_TO_POOL",
          redirectPoolId: this.#pools.blue.id,
          adminStateUp: false,
        },
        { parent: this, ignoreChanges: ["redirectPoolId", "adminStateUp"] },
      );
      new openstack.loadbalancer.L7RuleV2(
        `${this.#name}-${kind}-rule`,
        { l7policyId: made.id, type, compareType: "EQUAL_TO", key: name, value },
        { parent: this },
      );
      return made;
    };
    return [
      policy("header", "HEADER", canaryHeader),
      ...(canaryCookie ? [policy("cookie", "COOKIE", canaryCookie)] : []),
    ];
  }
}
