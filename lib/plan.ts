import { COLORS, type Color, otherColor } from "./color.ts";
import { hostNames } from "./naming.ts";
import { type Observation } from "./observation.ts";
import { type Route, parseRoute, routeNames, shareOf, takesTraffic } from "./route.ts";
import { decideRoute } from "./routeDecision.ts";
import { driftError, silentError } from "./routeErrors.ts";
import { UserError } from "./userError.ts";

/** The settings that decide a plan. */
export interface WantedStack {
  readonly activeColor: Color;
  readonly pools: Readonly<Partial<Record<Color, { readonly count: number }>>>;
  readonly canary?: { readonly weight: number };
  readonly allowLiveChange: boolean;
}

/**
 * What this `up` does with what exists. Generations and gates are stored on the machine (a container's
 * label, the edge's record) and read by the next `up`. They stay the same if nothing needs to be redone,
 * so nothing shows up as changed.
 */
export interface Plan {
  /** The balancer's route when the `up` began; undefined if it had none. */
  readonly real?: Route;
  readonly wanted: Route;
  readonly routeGeneration: string;
  readonly activeGate: string;
  readonly canaryGate: string;
  /** By the name of the edge's host. */
  readonly edgeGeneration: (hostName: string) => string;
  readonly containerGeneration: (containerName: string) => string;
  readonly processStep: (container: ProcessPlace) => ProcessStep;
  /** For the hosts in a pool for both colors, if the balancer has such a pool. */
  readonly membersGeneration: string;
  /**
   * Whether to check a color that loses its traffic before the route is set: a forbidden change is then
   * refused before anything moves. False if one of its hosts is dead: then the traffic leaves first.
   */
  readonly idleFirst: boolean;
  readonly warnings: readonly string[];
}

/** A container of a process. */
export interface ProcessPlace {
  readonly color: Color;
  readonly hostName: string;
  readonly containerName: string;
}

/** What an `up` does with a container of a process. */
export interface ProcessStep {
  /** Processes work in the color that takes the traffic, and in no other, whatever a canary gets. */
  readonly runs: boolean;
  readonly generation: string;
}

/**
 * @param attempt A unique name for this `up`, such as its time.
 * @throws UserError if the route was changed outside this program or is unknown, or if the balancer would
 *   lose hosts that still have requests.
 */
export function planUp(settings: WantedStack, seen: Observation, attempt: string): Plan {
  const wanted = wantedRoute(settings);
  const decision = decideRoute(seen.balancer, wanted);
  if (decision.kind === "drift") throw driftError(seen, decision, settings, wanted);
  if (decision.kind === "silent") throw silentError(seen);
  const real = seen.balancer.real === undefined ? undefined : parseRoute(seen.balancer.real);
  const before = real ?? (seen.balancer.record && parseRoute(seen.balancer.record.route));
  refuseShrinking(settings, seen, before, wanted);
  const record = seen.balancer.record;
  return {
    ...(before && { real: before }),
    wanted,
    routeGeneration: decision.kind === "keep" ? decision.generation : attempt,
    activeGate: asksAgain(wanted.active, before, wanted)
      ? attempt
      : (record?.activeGate ?? attempt),
    canaryGate: asksAgain(otherColor(wanted.active), before, wanted)
      ? attempt
      : (record?.canaryGate ?? attempt),
    edgeGeneration: (hostName) => seen.edgeGenerations[hostName] ?? attempt,
    containerGeneration: (name) => {
      const there = seen.containers.find((container) => container.name === name);
      if (!there) return attempt;
      const isFit = there.isRunning && !(there.isUnhealthy === true && isIdle(there.color, before));
      return isFit || isLeft(there.color, before, wanted) ? there.generation : attempt;
    },
    processStep: (place) => processStep(place, seen, before, wanted, attempt),
    membersGeneration: keptMembers(settings, seen) ?? attempt,
    idleFirst: isLeftWhole(settings, seen, before, wanted),
    warnings: [
      ...(seen.warnings ?? []),
      ...unhealthyWarnings(seen.containers),
      ...(decision.kind === "change" && decision.warning ? [decision.warning] : []),
    ],
  };
}

/** Testers wait for the hosts of an idle color that was retired to none. */
export function wantedRoute({ activeColor, canary, pools }: WantedStack): Route {
  const hasIdleHosts = pools[otherColor(activeColor)]?.count !== 0;
  return {
    active: activeColor,
    canaryWeight: canary?.weight ?? 0,
    testers: canary !== undefined && hasIdleHosts,
  };
}

/** A step is repeated where the machine differs from the config, or can't be asked. */
function processStep(
  { color, hostName, containerName }: ProcessPlace,
  { processes = [], silentHosts = [] }: Observation,
  before: Route | undefined,
  wanted: Route,
  attempt: string,
): ProcessStep {
  const runs = color === wanted.active;
  const there = processes.find((one) => one.name === containerName && one.color === color);
  const isRunning = there?.isRunning === true;
  if (runs) return { runs, generation: isRunning ? there.generation : attempt };
  // The switch itself stops those of the color that loses its traffic.
  const isAstray = isRunning && before?.active !== color;
  const mustStop = isAstray || silentHosts.includes(hostName);
  return { runs, generation: mustStop ? attempt : "rests" };
}

/** Without traffic a container can be replaced at any time. */
function isIdle(color: Color, before: Route | undefined): boolean {
  return before === undefined || !takesTraffic(color, before);
}

export function unhealthyWarnings(containers: Observation["containers"]): string[] {
  return containers
    .filter(({ isUnhealthy }) => isUnhealthy)
    .map(
      ({ name, color }) =>
        `${name}: runs, and its own HEALTHCHECK fails (docker logs ${name}). If ${color} takes no traffic, ` +
        `pulumi up replaces it; otherwise first move the traffic`,
    );
}

/** A version that crashes answers in between. */
export function restartWarnings(containers: Observation["containers"]): string[] {
  return containers.flatMap(({ name, restarts = 0 }) =>
    restarts === 0
      ? []
      : [
          `${name}: Docker has restarted it since it was made (restarts: ${restarts}), see docker logs ${name}. ` +
            "A gate refuses it until it has run for ten minutes",
        ],
  );
}

/** A dead host must not hold up a switch away from its color; the next `up` replaces it. */
function isLeft(color: Color, before: Route | undefined, wanted: Route): boolean {
  return before !== undefined && takesTraffic(color, before) && !takesTraffic(color, wanted);
}

function isLeftWhole(
  settings: WantedStack,
  seen: Observation,
  before: Route | undefined,
  wanted: Route,
): boolean {
  const idle = otherColor(wanted.active);
  const running = seen.containers.filter(({ color, isRunning }) => color === idle && isRunning);
  const isWhole = running.length === settings.pools[idle]?.count;
  return !settings.allowLiveChange && isWhole && isLeft(idle, before, wanted);
}

/** Undefined if the pool has the wrong hosts, or a change of it was interrupted. */
function keptMembers({ pools }: WantedStack, { sharedPool }: Observation): string | undefined {
  const wanted = COLORS.flatMap((color) => hostNames(color, pools[color]?.count ?? 0));
  const there = [...(sharedPool?.hosts ?? [])].sort();
  return wanted.sort().join() === there.join() ? sharedPool?.generation : undefined;
}

/**
 * A gate must pass again for a color that gains traffic, but not for one that only keeps it: a balancer
 * rebuilt with its last route must not wait for every host of the live color.
 */
function asksAgain(color: Color, real: Route | undefined, wanted: Route): boolean {
  if (!routeNames(color, wanted)) return false;
  if (!real || !routeNames(color, real)) return true;
  const staysActive = real.active === color && wanted.active === color;
  return !staysActive && shareOf(color, wanted) > shareOf(color, real);
}

/** A color that loses its traffic in an `up` may still have requests in flight when that `up` ends. */
function refuseShrinking(
  settings: WantedStack,
  seen: Observation,
  real: Route | undefined,
  wanted: Route,
): void {
  if (!real) return;
  for (const color of COLORS) {
    const there = seen.containers.filter((container) => container.color === color).length;
    const count = settings.pools[color]?.count ?? 0;
    if (!isLeft(color, real, wanted) || count >= there) continue;
    throw new UserError(
      `${color}.count: must stay ${there} in the pulumi up that takes the traffic away from ` +
        `${color}, got ${count}: requests to ${color} may still be in flight when it ends.\n` +
        `Move the traffic first, then lower the count in the next pulumi up.`,
    );
  }
}
