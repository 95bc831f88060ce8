import { type Route, describeRoute, parseRoute, sameRoute } from "./route.ts";

/** An edge's state before anything was changed. */
export interface BalancerObservation {
  /** `absent`: no container; `stopped`: a container that does not run; `running`. */
  readonly state: "absent" | "stopped" | "running";
  /** The route's map entry in HAProxy's memory; undefined without an answer. */
  readonly real?: string;
  /** What our script last set; has `previous` if the script was interrupted before it read back. */
  readonly record?: RouteRecord;
  /** Set if the route was given for a limited time. */
  readonly grant?: ObservedGrant;
}

/** A route that a release gives for a limited time and renews: the balancer itself ends it. */
export interface ObservedGrant {
  readonly route: string;
  /** Applies once the time is over. */
  readonly fallback: string;
  /** Milliseconds since 1970, by this program's clock. */
  readonly until: number;
}

/** The record that `set-route` keeps beside the route's map file. */
export interface RouteRecord {
  readonly route: string;
  readonly previous?: string;
  /** Name the `up` that set the route, and those whose gates the colors passed. */
  readonly generation: string;
  readonly activeGate?: string;
  readonly canaryGate?: string;
}

export type RouteDecision =
  /** The balancer already does what is wanted. `generation` names the `up` that set it. */
  | { readonly kind: "keep"; readonly generation: string }
  | { readonly kind: "change"; readonly warning?: string }
  | { readonly kind: "drift"; readonly real: string; readonly recorded: string }
  | { readonly kind: "silent" };

/**
 * Decides what an `up` may do with the route, from the real, the recorded and the wanted one.
 *
 * - `keep`, `change`: continue.
 * - `drift`: the route was changed outside this program; stop before shifting traffic.
 * - `silent`: the edge runs but does not report its route; stop.
 */
export function decideRoute(edge: BalancerObservation, wanted: Route): RouteDecision {
  const { real, record, state } = edge;
  if (real === undefined) return decideUnknown(state, record);
  const known = parseRoute(real);
  if (known && sameRoute(known, wanted)) {
    return record?.route === real && record.previous === undefined
      ? { kind: "keep", generation: record.generation }
      : { kind: "change" };
  }
  // An edge without a route: the first `up` was interrupted before it set one.
  if (real === NO_ROUTE && record === undefined) return { kind: "change" };
  const ours = record ? [record.route, record.previous] : [];
  // A grant that has expired is what our script has set, and was not changed outside.
  if (ours.includes(edge.grant?.route ?? real)) return { kind: "change" };
  return { kind: "drift", real, recorded: record?.route ?? NO_ROUTE };
}

/** The map entry before the first route: the balancer answers 503. */
export const NO_ROUTE = "none";

function decideUnknown(
  state: BalancerObservation["state"],
  record: RouteRecord | undefined,
): RouteDecision {
  if (state === "running") return { kind: "silent" };
  if (!record) return { kind: "change" };
  return {
    kind: "change",
    warning:
      `the balancer's container is ${state === "absent" ? "gone" : "stopped"}; ` +
      `it is rebuilt and starts with its last route, ${describeEntry(record.route)}`,
  };
}

/** What a release that fell silent has left; undefined without such a release. */
export function takenBackWarning({ grant, real }: BalancerObservation): string | undefined {
  if (!grant || real !== grant.fallback) return undefined;
  return (
    `The release fell silent, so the balancer took the traffic back at ${new Date(grant.until).toISOString()}: ` +
    `the route is ${describeEntry(real)}, and was ${describeEntry(grant.route)}. ` +
    "Continue: bluegreen resume. Undo: bluegreen abort"
  );
}

/** Describes a map entry; quotes it if it is not one of ours. */
export function describeEntry(entry: string): string {
  const route = parseRoute(entry);
  return route ? describeRoute(route) : `"${entry}"`;
}
