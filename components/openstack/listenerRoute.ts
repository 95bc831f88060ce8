import { type Color, otherColor } from "../../lib/color.ts";
import { formatRoute, type Route } from "../../lib/route.ts";
import { NO_ROUTE } from "../../lib/routeDecision.ts";
import type { ListenerRecord } from "./listenerRecord.ts";
import { type Members, shareOfWeights, type Weights, weightsFor } from "./weights.ts";

/** A pool of one color, or the one that both colors share. */
export type PoolName = Color | "shared";

/** What a listener and its pools do. */
export interface ListenerState {
  /** To which the listener sends; undefined where it is none of ours, or none. */
  readonly pointer?: PoolName;
  /** Of each color's members in the shared pool. */
  readonly weights: Readonly<Record<Color, number>>;
  /** How many members each color has there. */
  readonly members: Readonly<Record<Color, number>>;
  /** Where requests with the canary header or cookie go; undefined where they are as any other. */
  readonly testers?: Color;
  /** What testers see at the preview; undefined where there is none, or it leads nowhere. */
  readonly preview?: Color;
  readonly record?: ListenerRecord;
  /** Whether the balancer does something else than Octavia says, since a change did not come into force. */
  readonly isBroken?: true;
}

/** What a listener has to do for a route. */
export interface ListenerTarget {
  readonly pointer: PoolName;
  /** Undefined where no request gets to the shared pool. */
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

/** The route that is in force, in the form in which records name it. */
export function realRoute(state: ListenerState): string {
  const { pointer, record } = state;
  if (pointer === undefined) return NO_ROUTE;
  // One share has many weights near it, and all of a canary looks like a switch: the record tells.
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
