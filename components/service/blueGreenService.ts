import * as pulumi from "@pulumi/pulumi";
import { type Color, otherColor } from "../../lib/color.ts";
import { edgeImageOf } from "../../settings/haproxyVersion.ts";
import { type Route, routeNames, takesTraffic } from "../../lib/route.ts";
import type { Host } from "../machine/host.ts";
import type { Balancer, ChildOptions, Members } from "./balancer.ts";
import { ColorPool } from "./colorPool.ts";
import { gateChecks } from "./gateProgram.ts";
import { SmokeGate } from "./smokeGate.ts";
import type { StackArgs } from "./target.ts";

/** What differs between kinds of balancers. */
export interface BalancerKind<Kind extends Balancer> {
  /** Makes the balancer once the hosts are known; `dependsOn` holds the gates. */
  readonly makeBalancer: (members: Members, opts: ChildOptions) => Kind;
  /** Makes what each host of a color runs beside the app, once the app's container runs. */
  readonly beside?: (color: Color, host: Host, opts: ChildOptions) => void;
  /** The host that runs a gate's checks; by default each host checks itself. */
  readonly gateFrom?: Host;
}

export interface BlueGreenServiceArgs<Kind extends Balancer> extends BalancerKind<Kind>, StackArgs {
  readonly hosts: Members;
  /** What the app's containers wait for: the services beside them. */
  readonly after?: readonly pulumi.Resource[];
}

/**
 * Both pools, the gates and the balancer, in the order of a release: the containers of each color that
 * the route names, its gate, the balancer's members and the route. The color without traffic usually
 * comes last, where it can't hold up a switch. Independent of any cloud.
 */
export class BlueGreenService<Kind extends Balancer = Balancer> extends pulumi.ComponentResource {
  public readonly pools: Readonly<Partial<Record<Color, ColorPool>>>;
  public readonly balancer: Kind;
  /** The route that the balancer reported after it was set. */
  public readonly route: pulumi.Output<Route>;

  constructor(
    name: string,
    args: BlueGreenServiceArgs<Kind>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blue-green:app:BlueGreenService", name, {}, opts);
    const { wanted, idleFirst } = args.plan;
    const { active } = wanted;
    const idle = otherColor(active);
    const idleIsNamed = routeNames(idle, wanted);

    const first = { parent: this, dependsOn: [...(args.after ?? [])] };
    const activePool = makePool(active, args, first);
    const earlyPool = idleIsNamed || idleFirst ? makePool(idle, args, first) : undefined;
    const gates = [
      makeGate("gate", active, activePool, args, this),
      ...(idleIsNamed ? [makeGate("canary-gate", idle, earlyPool, args, this)] : []),
    ];
    // Members wait for the gates: a host joins a live color only when it is fit for traffic.
    this.balancer = args.makeBalancer(args.hosts, { parent: this, dependsOn: gates });
    const before = earlyPool ? [...gates, earlyPool] : gates;
    this.route = this.balancer.setRoute(wanted, before);
    const idlePool =
      earlyPool ?? makePool(idle, args, { parent: this, dependsOn: [this.balancer] });

    this.pools = {
      ...(activePool && { [active]: activePool }),
      ...(idlePool && { [idle]: idlePool }),
    };
    this.registerOutputs({ url: this.balancer.url, route: this.route });
  }
}

/** @returns undefined for a color that is not deployed. */
function makePool(
  color: Color,
  { settings, plan, names, hooks, hosts, beside }: BlueGreenServiceArgs<Balancer>,
  opts: ChildOptions,
): ColorPool | undefined {
  const pool = settings.pools[color];
  if (!pool || hosts[color].length === 0) return undefined;
  const binding = hooks(color);
  return new ColorPool(
    color,
    {
      color,
      hosts: hosts[color],
      imageReference: pool.image,
      app: settings.app,
      health: settings.health,
      environment: { ...settings.app.env, ...pool.env },
      names,
      helperImage: edgeImageOf(settings),
      generation: plan.containerGeneration,
      oneByOne: plan.real !== undefined && takesTraffic(color, plan.real),
      ...(settings.registry && { registry: settings.registry }),
      ...(beside && { beside: (host, childOpts) => beside(color, host, childOpts) }),
      ...(binding && { hooks: binding }),
    },
    opts,
  );
}

function makeGate(
  name: "gate" | "canary-gate",
  color: Color,
  pool: ColorPool | undefined,
  { settings, plan, names, gateFrom }: BlueGreenServiceArgs<Balancer>,
  parent: pulumi.Resource,
): SmokeGate {
  if (!pool) {
    throw new pulumi.ResourceError(`${color} has no hosts, so no route may name it.`, parent);
  }
  return new SmokeGate(
    name,
    {
      pool,
      appPort: settings.app.port,
      checks: gateChecks(settings.app.healthPath, settings.smoke),
      health: settings.health,
      secrets: settings.secrets,
      names,
      edgeImage: edgeImageOf(settings),
      generation: name === "gate" ? plan.activeGate : plan.canaryGate,
      ...(gateFrom && { from: gateFrom }),
    },
    { parent },
  );
}
