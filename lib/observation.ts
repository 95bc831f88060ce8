import { type Color, isColor } from "./color.ts";
import type { Route } from "./route.ts";
import type { BalancerObservation, RouteRecord } from "./routeDecision.ts";

export interface ObservedContainer {
  readonly name: string;
  readonly color: Color;
  readonly isRunning: boolean;
  /** The label that its making left; see `Plan`. */
  readonly generation: string;
}

/** What a user can do with the balancer without `pulumi up`, for messages. */
export interface ManualCommands {
  /** What to call it. */
  readonly name: string;
  /** A command, or what to do, that makes it do this. */
  setRoute(route: Route): string;
  /** Where to look when it does not answer, and what to do then. */
  readonly mend: string;
}

/** What is there when an `up` or a preview begins. */
export interface Observation {
  readonly manualCommands: ManualCommands;
  readonly balancer: BalancerObservation;
  /** The label that the making of each edge that runs has left, by the edge's host. */
  readonly edgeGenerations: Readonly<Record<string, string>>;
  /** Of the balancer that runs on this machine. */
  readonly edgeImage?: string;
  /** The edges' hosts that are there and do not answer. */
  readonly silentEdges?: readonly string[];
  readonly containers: readonly ObservedContainer[];
  /** Where the balancer has a pool for both colors. */
  readonly sharedPool?: SharedPoolObservation;
  /** By this program's clock. */
  readonly lostTrafficAt: LostTraffic;
  /** What a user is to know before the `up` begins; nothing that stops it. */
  readonly warnings?: readonly string[];
}

export interface SharedPoolObservation {
  /** `blue-1`, in any order. */
  readonly hosts: readonly string[];
  /** What the setting of all of them has left; undefined where that was ended half-way. */
  readonly generation?: string;
}

/** When a color last lost its traffic, in milliseconds since 1970. */
export type LostTraffic = Readonly<Partial<Record<Color, number>>>;

/** @param lostAt 0 for never */
export function knownLosses(lostAt: Readonly<Record<Color, number>>): LostTraffic {
  return Object.fromEntries(Object.entries(lostAt).filter(([, at]) => at > 0));
}

/** The answer of `look-at-edge.sh` on the edge's host. */
export interface EdgeAnswer extends BalancerObservation {
  /** The label that its making has left on the edge's container. */
  readonly containerGeneration?: string;
  readonly image?: string;
  readonly lostTrafficAt: LostTraffic;
}

/**
 * Reads the lines `name=value` that `look-at-edge.sh` prints. Times come by the edge's clock and are
 * moved to this program's.
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
  const containerGeneration = values.get("container_generation");
  const image = values.get("image");
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
    ...(containerGeneration !== undefined && { containerGeneration }),
    ...(image !== undefined && { image }),
    lostTrafficAt,
  };
}

function parseRecord(values: ReadonlyMap<string, string>): RouteRecord | undefined {
  const route = values.get("route");
  if (route === undefined) return undefined;
  const previous = values.get("previous");
  return {
    route,
    // An edge that an earlier version made has it under another name.
    generation: values.get("generation") ?? values.get("revision") ?? "",
    ...(previous !== undefined && { previous }),
    activeGate: values.get("active_gate") ?? "",
    canaryGate: values.get("canary_gate") ?? "",
  };
}

/** The words after `docker` that list a stack's containers, one line each. */
export function containerListArgs(stack: string): string[] {
  const format =
    '{{.Names}}\t{{.State}}\t{{.Label "blue-green.color"}}\t{{.Label "blue-green.generation"}}';
  const filter = `label=blue-green.stack=${stack}`;
  return ["ps", "--all", "--no-trunc", "--filter", filter, "--format", format];
}

/** One line of what `containerListArgs` asks for: name, state, color, generation. */
export function parseContainerLine(line: string): ObservedContainer | undefined {
  const [name = "", state = "", color = "", generation = ""] = line.split("\t");
  if (!isColor(color)) return undefined;
  return { name, color, isRunning: state === "running", generation };
}
