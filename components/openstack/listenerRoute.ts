import { type Color, otherColor } from "../../lib/color.ts";
import { formatRoute, type Route } from "../../lib/route.ts";
import { NO_ROUTE } from "../../lib/routeDecision.ts";
import type { ListenerRecord } from "./listenerRecord.ts";
import { type Members, shareOfWeights, type Weights, weightsFor } from "./weights.ts";

/** A pool of one color, or the one that both colors share. */
export type PoolName = Color | "shared";

/** What a listener and its pools do. */
export interface ListenerState {
  /** The listener's default pool; undefined if it is missing or not ours. */
  readonly pointer?: PoolName;
  /** The weight of each color's members in the shared pool. */
  readonly weights: Readonly<Record<Color, number>>;
  /** How many members each color has there. */
  readonly members: Readonly<Record<Color, number>>;
  /** Gets requests with the canary header or cookie; undefined if they are not treated differently. */
  readonly testers?: Color;
  /** The preview's color; undefined if there is no preview or it has no pool. */
  readonly preview?: Color;
  readonly record?: ListenerRecord;
  /** Whether a change did not take effect, so the balancer does not do what Octavia reports. */
  readonly isBroken?: true;
}

/** A route in terms of the listener. */
export interface ListenerTarget {
  readonly pointer: PoolName;
  /** Undefined if the shared pool gets no requests. */
  readonly weights?: Readonly<Record<Color, number>>;
  readonly testers?: Color;
}

export function listenerTarget(
  route: Route,
  members: Readonly<Record<Color, number>>,
): ListenerTarget {
  const { active, canaryWeight, testers } = route;
  const idle = otherColor(active);
  const toIdle = testers ? { testers: idle } : {};
  if (canaryWeight === 0) return { pointer: active, ...toIdle };
  if (canaryWeight === 100) return { pointer: idle, ...toIdle };
  const found = weightsFor(canaryWeight, sides(active, members));
  const weights = { [active]: found.active, [idle]: found.canary } as Record<Color, number>;
  return { pointer: "shared", weights, ...toIdle };
}

/** The current route, in the format of records. */
export function realRoute(state: ListenerState): string {
  const { pointer, record } = state;
  if (pointer === undefined) return NO_ROUTE;
  // Many weights come near a share, and a canary of 100 % looks like a switch: trust the record.
  if (record && doesAlready(listenerTarget(record.route, state.members), state)) {
    return formatRoute(record.route);
  }
  const testers = state.testers !== undefined;
  if (pointer !== "shared") {
    const isCanary = state.testers === pointer;
    const active = isCanary ? otherColor(pointer) : pointer;
    return formatRoute({ active, canaryWeight: isCanary ? 100 : 0, testers });
  }
  const active = state.testers ? otherColor(state.testers) : (record?.route.active ?? "blue");
  const canaryWeight = shareOfWeights(
    sides(active, state.weights),
    atLeastOne(sides(active, state.members)),
  );
  return formatRoute({ active, canaryWeight, testers });
}

export function doesAlready(target: ListenerTarget, state: ListenerState): boolean {
  const hasWeights =
    !target.weights ||
    (target.weights.blue === state.weights.blue && target.weights.green === state.weights.green);
  return target.pointer === state.pointer && target.testers === state.testers && hasWeights;
}

function sides(active: Color, of: Readonly<Record<Color, number>>): Weights {
  return { active: of[active], canary: of[otherColor(active)] };
}

function atLeastOne({ active, canary }: Members): Members {
  return { active: Math.max(1, active), canary: Math.max(1, canary) };
}
