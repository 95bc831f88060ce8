import * as pulumi from "@pulumi/pulumi";
import { type Color, otherColor } from "../../lib/color.ts";
import { hostRecipeOf } from "../../settings/haproxyVersion.ts";
import { type Route, routeNames, takesTraffic } from "../../lib/route.ts";
import { placeProcesses } from "../../lib/processes.ts";
import type { ProcessSettings } from "../../settings/types.ts";
import type { Host } from "../machine/host.ts";
import type { Balancer, ChildOptions, Members } from "./balancer.ts";
import { type AppProcess, AppProcesses } from "./appProcesses.ts";
import { ColorPool, type ColorPoolArgs } from "./colorPool.ts";
import { gateChecks } from "./gateProgram.ts";
import { SmokeGate, type SmokeGateArgs } from "./smokeGate.ts";
import { publishedServices, type ServiceContainers } from "./serviceContainer.ts";
import type { StackArgs } from "./target.ts";

/** What differs between kinds of balancers. */
export interface BalancerKind<Kind extends Balancer> {
  /** Makes the balancer once the hosts are known; `dependsOn` holds the gates. */
  readonly makeBalancer: (members: Members, opts: ChildOptions) => Kind;
  /** Makes what each host of a color runs beside the app, once the app's container runs. */
  readonly beside?: (color: Color, host: Host, opts: ChildOptions) => void;
  /** The host that runs a gate's checks; by default each host checks itself. */
  readonly gateFrom?: Host;
  /** The image of our HAProxy on that host; by default the one on the app's hosts. */
  readonly gateImage?: string;
}

export interface BlueGreenServiceArgs<Kind extends Balancer> extends BalancerKind<Kind>, StackArgs {
  readonly hosts: Members;
  /** Keeps the image of a color without hosts; set where all hosts are one machine. */
  readonly imageHost?: Host;
  /** What stands beside the app's containers, which wait for them. */
  readonly services?: ServiceContainers;
}

/**
 * Both pools, the gates and the balancer, in the order of a release: the containers of each color that
 * the route names, its gate, the balancer's members, the active color's workers and the route. The color
 * without traffic usually comes last, where it can't hold up a switch, and the singles after that. Independent
 * of any cloud.
 */
export class BlueGreenService<Kind extends Balancer = Balancer> extends pulumi.ComponentResource {
  public readonly pools: Readonly<Partial<Record<Color, ColorPool>>>;
  public readonly balancer: Kind;
  /** Empty for a color that is not deployed. */
  public readonly processes: Readonly<Record<Color, readonly AppProcess[]>>;
  /** What stands beside both colors. */
  public readonly services: ServiceContainers;
  /** The route that the balancer reported after it was set. */
  public readonly route: pulumi.Output<Route>;

  constructor(
    name: string,
    args: BlueGreenServiceArgs<Kind>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("blue-green:app:BlueGreenService", name, {}, opts);
    this.services = args.services ?? {};
    const { wanted, idleFirst } = args.plan;
    const { active } = wanted;
    const idle = otherColor(active);
    const idleIsNamed = routeNames(idle, wanted);

    const first = { parent: this, dependsOn: Object.values(this.services) };
    const activePool = makePool(active, args, first);
    const earlyPool = idleIsNamed || idleFirst ? makePool(idle, args, first) : undefined;
    const gates = [
      makeGate("gate", active, activePool, args, this),
      ...(idleIsNamed ? [makeGate("canary-gate", idle, earlyPool, args, this)] : []),
    ];
    // Members wait for the gates: a host joins a live color only when it is fit for traffic.
    this.balancer = args.makeBalancer(args.hosts, { parent: this, dependsOn: gates });
    const working = makeProcesses("worker", activePool, args, { parent: this, dependsOn: gates });
    const before = [...gates, ...working, ...(earlyPool ? [earlyPool] : [])];
    this.route = this.balancer.setRoute(wanted, before);
    const last: ChildOptions = { parent: this, dependsOn: [this.balancer] };
    const idlePool = earlyPool ?? makePool(idle, args, last);
    makeProcesses("worker", idlePool, args, last);
    const resting = makeProcesses("single", idlePool, args, last);
    // A single starts only once the other color's has stopped.
    makeProcesses("single", activePool, args, { ...last, dependsOn: [this.balancer, ...resting] });

    makeDeployGate(active, activePool, args, this, [this.balancer]);
    makeDeployGate(idle, idlePool, args, this, [this.balancer]);
    this.pools = {
      ...(activePool && { [active]: activePool }),
      ...(idlePool && { [idle]: idlePool }),
    };
    this.processes = processesOf(args);
    this.registerOutputs({ url: this.balancer.url, route: this.route });
  }
}

/** @returns undefined for a color of which nothing is there. */
function makePool(
  color: Color,
  args: BlueGreenServiceArgs<Balancer>,
  opts: ChildOptions,
): ColorPool | undefined {
  const poolArgs = poolArgsOf(color, args);
  return poolArgs && new ColorPool(color, poolArgs, opts);
}

function poolArgsOf(color: Color, args: BlueGreenServiceArgs<Balancer>): ColorPoolArgs | undefined {
  const { settings, kept, plan, names, hooks, hosts, imageHost, beside, services = {} } = args;
  const pool = settings.pools[color];
  const firstHost = hosts[color][0] ?? imageHost;
  if (!pool || !firstHost) return undefined;
  const binding = hooks(color);
  return {
    color,
    hosts: hosts[color],
    imageHost: firstHost,
    imageReference: pool.image,
    app: settings.apps[color],
    processes: settings.processes[color],
    services: publishedServices(services),
    health: settings.health,
    secrets: settings.secrets,
    ...(kept?.[color] && { kept: kept[color] }),
    names,
    helperImage: edgeImageOf(args),
    generation: plan.containerGeneration,
    oneByOne: plan.real !== undefined && takesTraffic(color, plan.real),
    ...(settings.registry && { registry: settings.registry }),
    ...(args.pull && { pull: args.pull }),
    ...(settings.cosignKey !== undefined && { cosignKey: settings.cosignKey }),
    ...(beside && { beside: (host, childOpts) => beside(color, host, childOpts) }),
    ...(binding && { hooks: binding }),
  };
}

/** The image of our HAProxy on the app's hosts; it has a shell and curl. */
function edgeImageOf({
  settings,
  gateImage,
}: Pick<BlueGreenServiceArgs<Balancer>, "settings" | "gateImage">): string {
  return gateImage ?? hostRecipeOf(settings).image;
}

/** The color's processes of one kind. @returns none, or one component. */
function makeProcesses(
  kind: ProcessSettings["kind"],
  pool: ColorPool | undefined,
  args: BlueGreenServiceArgs<Balancer>,
  opts: ChildOptions,
): AppProcesses[] {
  const poolArgs = pool && poolArgsOf(pool.color, args);
  if (!poolArgs) return [];
  const processes = processesOf(args)[pool.color].filter(({ settings }) => settings.kind === kind);
  if (processes.length === 0) return [];
  const placed = { ...poolArgs, pool, placed: processes };
  return [new AppProcesses(`${pool.color}-${kind}s`, placed, opts)];
}

function processesOf({ settings, plan, names, hosts }: BlueGreenServiceArgs<Balancer>) {
  const of = (color: Color): AppProcess[] =>
    placeProcesses(settings.processes[color], settings.pools[color] ? hosts[color] : [], names).map(
      (placed) => {
        const { host, containerName } = placed;
        const step = plan.processStep({ color, hostName: host.name, containerName });
        return { ...placed, ...step };
      },
    );
  return { blue: of("blue"), green: of("green") };
}

function makeGate(
  name: "gate" | "canary-gate",
  color: Color,
  pool: ColorPool | undefined,
  args: BlueGreenServiceArgs<Balancer>,
  parent: pulumi.Resource,
): SmokeGate {
  if (!pool || pool.containers.length === 0) {
    throw new pulumi.ResourceError(`${color} has no hosts, so no route may name it.`, parent);
  }
  const { activeGate, canaryGate } = args.plan;
  const generation = name === "gate" ? activeGate : canaryGate;
  return new SmokeGate(name, { ...gateArgs(pool, args), generation }, { parent });
}

/**
 * Asks a color after each deploy, so that a dead version fails the `up` that deploys it. It comes last and nothing
 * depends on it: traffic does not wait for a color that gets none. What a color with traffic serves is for its
 * route's gate, the balancer and the judge.
 */
function makeDeployGate(
  color: Color,
  pool: ColorPool | undefined,
  args: BlueGreenServiceArgs<Balancer>,
  parent: pulumi.Resource,
  dependsOn: pulumi.Resource[],
): void {
  if (!pool || pool.containers.length === 0) return;
  const { real } = args.plan;
  const isLive = real !== undefined && takesTraffic(color, real);
  const isDeployed = args.deployed?.has(color) ?? true;
  new SmokeGate(
    `${color}-gate`,
    { ...gateArgs(pool, args), generation: "", deploy: { asks: isDeployed && !isLive } },
    { parent, dependsOn },
  );
}

function gateArgs(
  pool: ColorPool,
  args: BlueGreenServiceArgs<Balancer>,
): Omit<SmokeGateArgs, "generation"> {
  const { settings, names, gateFrom } = args;
  const app = settings.apps[pool.color];
  return {
    ...{ pool, app, names, health: settings.health, secrets: settings.secrets },
    checks: gateChecks(app.healthPath, settings.smoke),
    edgeImage: edgeImageOf(args),
    ...(gateFrom && { from: gateFrom }),
  };
}
