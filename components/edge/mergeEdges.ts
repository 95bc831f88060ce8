import { COLORS, type Color } from "../../lib/color.ts";
import type { EdgeAnswer, LostTraffic, ObservedEdge } from "../../lib/observation.ts";
import { formatRoute, parseRoute } from "../../lib/route.ts";
import {
  takenBackWarning,
  decideRoute,
  type BalancerObservation,
  type RouteRecord,
} from "../../lib/routeDecision.ts";

/** One of several edges that share a route, as observed. */
export interface SeenEdge {
  /** `edge-1` */
  readonly host: string;
  readonly answer: EdgeAnswer | Silence;
}

/** The machine exists but does not answer. */
export interface Silence {
  readonly problem: string;
}

/** All edges together, as the plan of an `up` needs them. */
export interface SeenEdges {
  readonly balancer: BalancerObservation;
  readonly edgeGenerations: Readonly<Record<string, string>>;
  readonly edges: Readonly<Record<string, ObservedEdge>>;
  readonly lostTrafficAt: LostTraffic;
  readonly warnings: readonly string[];
}

type Known = EdgeAnswer & { readonly real: string };

/**
 * Merges several edges into one. If they disagree, both colors take traffic, about half each. An
 * interrupted switch leaves them like this, so it is not drift. A recreated edge must get the route even
 * if the others have it.
 */
export function seenEdges(edges: readonly SeenEdge[]): SeenEdges {
  const answers = edges.flatMap(({ answer }) => ("problem" in answer ? [] : [answer]));
  const isOneSilent = answers.length < edges.length;
  const known = answers.filter((answer): answer is Known => answer.real !== undefined);
  return {
    balancer: known.length > 0 ? together(known, answers) : withoutRoute(answers, isOneSilent),
    edgeGenerations: Object.fromEntries(
      edges.flatMap(({ host, answer }) =>
        "containerGeneration" in answer && answer.containerGeneration !== undefined
          ? [[host, answer.containerGeneration]]
          : [],
      ),
    ),
    edges: Object.fromEntries(
      edges.flatMap(({ host, answer }) =>
        "edge" in answer && answer.edge ? [[host, answer.edge]] : [],
      ),
    ),
    lostTrafficAt: lastLoss(answers),
    warnings: edges.flatMap(({ host, answer }) => {
      const takenBack = "problem" in answer ? undefined : takenBackWarning(answer);
      return takenBack === undefined ? [] : [`${host}: ${takenBack}`];
    }),
  };
}

function withoutRoute(answers: readonly EdgeAnswer[], isOneSilent: boolean): BalancerObservation {
  if (isOneSilent || answers.some(({ state }) => state === "running")) return { state: "running" };
  const record = answers.find((answer) => answer.record)?.record;
  const isStopped = answers.some(({ state }) => state === "stopped");
  return { state: isStopped ? "stopped" : "absent", ...(record && { record }) };
}

function together(known: readonly Known[], answers: readonly EdgeAnswer[]): BalancerObservation {
  const [first] = known;
  if (!first) throw new Error("No edge has a route.");
  const changedByHand = known.find(isDrift);
  if (changedByHand) return observationOf(changedByHand);
  const withRoute = known.filter(({ real }) => parseRoute(real));
  const agree = known.every(
    ({ real, record, grant }) =>
      real === first.real &&
      record?.generation === first.record?.generation &&
      !grant === !first.grant,
  );
  if (agree && known.length === answers.length) return observationOf(first);
  const record = known.find((answer) => answer.record)?.record;
  const real = mixedRoute(withRoute.length > 0 ? withRoute : known);
  return { state: "running", real, ...(record && { record: unfinished(record, real) }) };
}

/** Whether the edge's route was changed outside this program. */
function isDrift(edge: Known): boolean {
  const route = parseRoute(edge.record?.route ?? edge.real);
  return route !== undefined && decideRoute(observationOf(edge), route).kind === "drift";
}

function observationOf({ state, real, record, grant }: Known): BalancerObservation {
  return { state, real, ...(record && { record }), ...(grant && { grant }) };
}

/** In the middle of a switch, any mix of routes is ours. */
function unfinished(record: RouteRecord, real: string): RouteRecord {
  return { ...record, previous: real };
}

function mixedRoute(known: readonly Known[]): string {
  const [first] = known;
  const entry = first?.real ?? "";
  const route = parseRoute(entry);
  if (!route || known.every(({ real }) => real === entry)) return entry;
  const actives = new Set(known.map(({ real }) => parseRoute(real)?.active));
  const weights = known.map(({ real }) => parseRoute(real)?.canaryWeight ?? 0);
  const canaryWeight = actives.size > 1 ? 50 : Math.max(...weights);
  return formatRoute({ ...route, canaryWeight });
}

function lastLoss(answers: readonly EdgeAnswer[]): LostTraffic {
  const last: Partial<Record<Color, number>> = {};
  for (const color of COLORS) {
    const at = Math.max(0, ...answers.map(({ lostTrafficAt }) => lostTrafficAt[color] ?? 0));
    if (at > 0) last[color] = at;
  }
  return last;
}
