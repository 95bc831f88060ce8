import { type Color, isColor } from "./color.ts";
import type { Route } from "./route.ts";
import { shellQuote } from "./shell.ts";
import type { BalancerObservation, ObservedGrant, RouteRecord } from "./routeDecision.ts";

export interface ObservedContainer {
  readonly name: string;
  readonly color: Color;
  readonly isRunning: boolean;
  /** Whether it runs and its own HEALTHCHECK fails. */
  readonly isUnhealthy?: boolean;
  /** How often Docker has started it again since it was made; absent for 0. */
  readonly restarts?: number;
  /** The label from its creation; see `Plan`. */
  readonly generation: string;
  /** The label with the settings that it was deployed with; earlier versions have none. */
  readonly settings?: string;
}

/** A container of a process beside the web containers. One that Docker restarts counts as running. */
export interface ObservedProcess extends Omit<ObservedContainer, "isUnhealthy"> {
  /** `worker`, as in the config. */
  readonly process: string;
  readonly isRestarting: boolean;
}

/** The container of what stands beside both colors. One that Docker restarts counts as running. */
export interface ObservedService {
  /** The container's. */
  readonly name: string;
  /** `db`, as in the config. */
  readonly service: string;
  readonly isRunning: boolean;
  readonly isRestarting: boolean;
  /** By its HEALTHCHECK: `healthy`, `unhealthy`, `starting`; absent without one. */
  readonly health?: string;
  /** How often Docker has started it again since it was made. */
  readonly restarts: number;
  /** A command that leads to its machine, `ssh deploy@203.0.113.7`; absent if it is on this one. */
  readonly login?: string;
}

/** What one Docker engine runs. */
export interface ObservedEngine {
  readonly containers: readonly ObservedContainer[];
  readonly processes: readonly ObservedProcess[];
  readonly services: readonly ObservedService[];
}

/** What a user can do to the balancer without `pulumi up`, for messages. */
export interface ManualCommands {
  /** The balancer's name. */
  readonly name: string;
  /** A command or an instruction that sets this route. */
  setRoute(route: Route): string;
  /** What to check and do if it does not answer. */
  readonly mend: string;
}

/** What exists when an `up` or a preview begins. */
export interface Observation {
  readonly manualCommands: ManualCommands;
  readonly balancer: BalancerObservation;
  /** The label of each running edge, by host. */
  readonly edgeGenerations: Readonly<Record<string, string>>;
  /** What each running edge runs, by host. */
  readonly edges?: Readonly<Record<string, ObservedEdge>>;
  /** Hosts of edges that exist but do not answer. */
  readonly silentEdges?: readonly string[];
  /** The web containers. */
  readonly containers: readonly ObservedContainer[];
  readonly processes?: readonly ObservedProcess[];
  readonly services?: readonly ObservedService[];
  /** Hosts of the app that exist but do not answer: what they run is unknown. */
  readonly silentHosts?: readonly string[];
  /** Set if the balancer has a pool for both colors. */
  readonly sharedPool?: SharedPoolObservation;
  /** By this program's clock. */
  readonly lostTrafficAt: LostTraffic;
  /** Warnings for the user before the `up` begins; they don't stop it. */
  readonly warnings?: readonly string[];
}

export interface SharedPoolObservation {
  /** `blue-1`, in any order. */
  readonly hosts: readonly string[];
  /** The generation that all members have; undefined if a change was interrupted. */
  readonly generation?: string;
}

export interface ObservedEdge {
  /** Its image's name, as it was given. */
  readonly image: string;
  /** As installed: `3.0.11-1+deb13u2`. */
  readonly haproxy?: string;
}

/** When a color last lost its traffic, in milliseconds since 1970. */
export type LostTraffic = Readonly<Partial<Record<Color, number>>>;

/** Of earlier `up`s. */
export function recordedGenerations({ balancer, sharedPool }: Observation): (string | undefined)[] {
  const { generation, activeGate, canaryGate } = balancer.record ?? {};
  return [generation, activeGate, canaryGate, sharedPool?.generation];
}

/** @param lostAt 0 for never */
export function knownLosses(lostAt: Readonly<Record<Color, number>>): LostTraffic {
  return Object.fromEntries(Object.entries(lostAt).filter(([, at]) => at > 0));
}

/** The output of `look-at-edge.sh` on the edge's host. */
export interface EdgeAnswer extends BalancerObservation {
  /** The edge container's label. */
  readonly containerGeneration?: string;
  readonly edge?: ObservedEdge;
  readonly lostTrafficAt: LostTraffic;
}

/**
 * Parses the lines `name=value` from `look-at-edge.sh`. Converts times from the edge's clock to this
 * program's.
 */
export function parseEdgeAnswer(text: string, now: number): EdgeAnswer {
  const values = new Map(
    text
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const state = values.get("state");
  const real = values.get("real");
  const record = parseRecord(values);
  const grant = parseGrant(values);
  const containerGeneration = values.get("container_generation");
  const image = values.get("image");
  const haproxy = values.get("haproxy");
  const ahead = now - Number(values.get("now") ?? now / 1000) * 1000;
  const lostTrafficAt: Partial<Record<Color, number>> = {};
  for (const color of ["blue", "green"] as const) {
    const at = Number(values.get(`${color}_lost_at`) ?? 0);
    if (at > 0) lostTrafficAt[color] = at * 1000 + ahead;
  }
  return {
    state: state === "running" || state === "stopped" ? state : "absent",
    ...(real !== undefined && { real }),
    ...(record && { record }),
    ...(grant && { grant: { ...grant, until: grant.until * 1000 + ahead } }),
    ...(containerGeneration !== undefined && { containerGeneration }),
    ...(image !== undefined && { edge: { image, ...(haproxy !== undefined && { haproxy }) } }),
    lostTrafficAt,
  };
}

/** With the time in seconds, by the edge's clock. */
function parseGrant(values: ReadonlyMap<string, string>): ObservedGrant | undefined {
  const route = values.get("granted");
  const fallback = values.get("fallback");
  if (route === undefined || fallback === undefined) return undefined;
  return { route, fallback, until: Number(values.get("until")) };
}

function parseRecord(values: ReadonlyMap<string, string>): RouteRecord | undefined {
  const route = values.get("route");
  if (route === undefined) return undefined;
  const previous = values.get("previous");
  return {
    route,
    // Edges made by an earlier version use another name.
    generation: values.get("generation") ?? values.get("revision") ?? "",
    ...(previous !== undefined && { previous }),
    activeGate: values.get("active_gate") ?? "",
    canaryGate: values.get("canary_gate") ?? "",
  };
}

/** A script that lists a stack's containers, one per line; see `parseContainers`. */
export function containerListScript(stack: string): string {
  const label = (name: string) => `{{index .Config.Labels "blue-green.${name}"}}`;
  const health = "{{if .State.Health}}{{.State.Health.Status}}{{end}}";
  const format = [
    ...["{{.Name}}", "{{.State.Status}}", label("color"), label("generation")],
    ...[health, "{{.RestartCount}}", label("process"), label("settings"), label("service")],
  ].join("\t");
  const ids = `docker ps --all --quiet --no-trunc --filter ${shellQuote(`label=blue-green.stack=${stack}`)}`;
  // One that is removed in between is missing, as if it had been removed before.
  return `ids=$(${ids}) || exit\n[ -z "$ids" ] || docker container inspect --format ${shellQuote(format)} $ids 2>/dev/null || :`;
}

/** Parses that list: name, state, color, generation, health, restarts, process, settings, service. */
export function parseContainers(text: string): ObservedEngine {
  const containers: ObservedContainer[] = [];
  const processes: ObservedProcess[] = [];
  const services: ObservedService[] = [];
  for (const line of text.split("\n")) {
    const [rawName = "", state = "", color = "", generation = "", ...others] = line.split("\t");
    const [health = "", restarts = "0", process = "", settings = "", service = ""] = others;
    const name = rawName.replace(/^\//, "");
    const isRunning = state === "running";
    const isRestarting = state === "restarting";
    if (service !== "") {
      const seen = { name, service, isRunning: isRunning || isRestarting, isRestarting };
      services.push({ ...seen, restarts: Number(restarts), ...(health !== "" && { health }) });
    }
    if (!isColor(color)) continue;
    const common = {
      ...{ name, color, generation },
      ...(Number(restarts) > 0 && { restarts: Number(restarts) }),
      ...(settings !== "" && { settings }),
    };
    // Containers of earlier versions have no label.
    if (process === "" || process === "web") {
      const isUnhealthy = isRunning && health === "unhealthy";
      containers.push({ ...common, isRunning, ...(isUnhealthy && { isUnhealthy }) });
    } else {
      processes.push({ ...common, process, isRunning: isRunning || isRestarting, isRestarting });
    }
  }
  return { containers, processes, services };
}
