import * as pulumi from "@pulumi/pulumi";
import { type Color, otherColor } from "../../lib/color.ts";
import { type Route, routeNames } from "../../lib/route.ts";
import type { Balancer, ChildOptions, Members } from "./balancer.ts";
import type { ColorPool } from "./colorPool.ts";
import type { Host } from "../machine/host.ts";
import type { SmokeGate } from "./smokeGate.ts";

export interface BlueGreenServiceArgs<Kind extends Balancer> {
  readonly hosts: Members;
  readonly route: Route;
  /** Whether a color that the route does not name comes before the route all the same, see `Plan`. */
  readonly idleFirst: boolean;
  readonly makePool: (color: Color, hosts: readonly Host[], opts: ChildOptions) => ColorPool;
  readonly makeGate: (name: string, pool: ColorPool, parent: pulumi.Resource) => SmokeGate;
  /** Makes the balancer once the hosts are known; `dependsOn` holds the gates. */
  readonly makeBalancer: (members: Members, opts: ChildOptions) => Kind;
}

/**
 * Both pools, the gates and the balancer, in the order of a release: the containers of each color
 * that the route names, its gate, the balancer's members, the route, and then, as a rule, the color
 * without traffic, so that nothing of it can hold a switch up. Knows no cloud.
 */
export class BlueGreenService<Kind extends Balancer = Balancer> extends pulumi.ComponentResource {
  public readonly pools: Readonly<Partial<Record<Color, ColorPool>>>;
  public readonly balancer: Kind;
  /** What the balancer said it does, after the route was set. */
  public readonly route: pulumi.Output<Route>;

  constructor(
    name: string,
    args: BlueGreenServiceArgs<Kind>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blue-green:app:BlueGreenService", name, {}, opts);
    const { active } = args.route;
    const idle = otherColor(active);
    const idleIsNamed = routeNames(idle, args.route);

    const activePool = this.#pool(active, args);
    const earlyPool = idleIsNamed || args.idleFirst ? this.#pool(idle, args) : undefined;
    const gates = [
      this.#gate("gate", active, activePool, args),
      ...(idleIsNamed ? [this.#gate("canary-gate", idle, earlyPool, args)] : []),
    ];
    // Members wait for the gates, so that a host joins a live color only when it is fit for traffic.
    this.balancer = args.makeBalancer(args.hosts, { parent: this, dependsOn: gates });
    const before = earlyPool ? [...gates, earlyPool] : gates;
    this.route = this.balancer.setRoute(args.route, before);
    const idlePool = earlyPool ?? this.#pool(idle, args, [this.balancer]);

    this.pools = {
      ...(activePool && { [active]: activePool }),
      ...(idlePool && { [idle]: idlePool }),
    };
    this.registerOutputs({ url: this.balancer.url, route: this.route });
  }

  /** @returns nothing for a color that is not deployed. */
  #pool(
    color: Color,
    args: BlueGreenServiceArgs<Kind>,
    dependsOn: pulumi.Resource[] = [],
  ): ColorPool | undefined {
    const hosts = args.hosts[color];
    return hosts.length > 0 ? args.makePool(color, hosts, { parent: this, dependsOn }) : undefined;
  }

  #gate(
    name: string,
    color: Color,
    pool: ColorPool | undefined,
    args: BlueGreenServiceArgs<Kind>,
  ): SmokeGate {
    if (!pool) {
      throw new pulumi.ResourceError(`${color} has no hosts, so no route may name it.`, this);
    }
    return args.makeGate(name, pool, this);
  }
}
