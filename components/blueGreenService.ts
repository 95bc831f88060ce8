import * as pulumi from "@pulumi/pulumi";
import { type Color, otherColor } from "../lib/color.ts";
import { type Route, routeNames } from "../lib/route.ts";
import type { Balancer, MakeBalancer, Members } from "./balancer.ts";
import type { ColorPool } from "./colorPool.ts";
import type { Host } from "./host.ts";
import type { SmokeGate } from "./smokeGate.ts";

export interface BlueGreenServiceArgs {
  readonly hosts: Members;
  readonly route: Route;
  readonly makePool: (color: Color, hosts: readonly Host[], parent: pulumi.Resource) => ColorPool;
  readonly makeGate: (name: string, pool: ColorPool, parent: pulumi.Resource) => SmokeGate;
  readonly makeBalancer: MakeBalancer;
}

/**
 * Both pools, the gates and the balancer, in the order of a release: containers, the gate of each
 * color that the route names, the balancer's members, the route. Knows no cloud.
 */
export class BlueGreenService extends pulumi.ComponentResource {
  public readonly pools: Readonly<Partial<Record<Color, ColorPool>>>;
  public readonly balancer: Balancer;
  /** What the balancer said it does, after the route was set. */
  public readonly route: pulumi.Output<Route>;

  constructor(name: string, args: BlueGreenServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:BlueGreenService", name, {}, opts);
    this.pools = this.#makePools(args);
    const gates = this.#makeGates(args);
    // Members wait for the gates, so that a host joins a live color only when it is fit for traffic.
    this.balancer = args.makeBalancer(args.hosts, { parent: this, dependsOn: gates });
    this.route = this.balancer.setRoute(args.route, gates);
    this.registerOutputs({ url: this.balancer.url, route: this.route });
  }

  #makePools(args: BlueGreenServiceArgs): Partial<Record<Color, ColorPool>> {
    const pools: Partial<Record<Color, ColorPool>> = {};
    for (const color of ["blue", "green"] as const) {
      if (args.hosts[color].length > 0)
        pools[color] = args.makePool(color, args.hosts[color], this);
    }
    return pools;
  }

  #makeGates(args: BlueGreenServiceArgs): SmokeGate[] {
    const { active } = args.route;
    const named = [active, otherColor(active)].filter((color) => routeNames(color, args.route));
    return named.map((color) => {
      const pool = this.pools[color];
      if (!pool) {
        throw new pulumi.ResourceError(`${color} has no hosts, so no route may name it.`, this);
      }
      return args.makeGate(color === active ? "gate" : "canary-gate", pool, this);
    });
  }
}
