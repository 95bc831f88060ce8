import { COLORS } from "../color.ts";
import { parseRoute, takesTraffic } from "../route.ts";
import { type ListenerState, realRoute } from "./listenerRoute.ts";
import { memberColor } from "./listenerState.ts";
import type { ApiMember } from "./octavia.ts";

/** A host as a pool has it. */
export type Member = Pick<ApiMember, "name" | "address" | "protocol_port" | "subnet_id">;
export type WeightedMember = Member & Pick<ApiMember, "weight">;

/**
 * The members that the pool of both colors is to have, each with the weight of its color: the route's
 * script has set it where the pool is used.
 */
export function withWeights(wanted: readonly Member[], state: ListenerState): WeightedMember[] {
  return wanted.map((member) => {
    const color = memberColor(member.name);
    const has = color !== undefined && state.members[color] > 0;
    return { ...member, weight: has ? Math.round(state.weights[color]) : 1 };
  });
}

/**
 * Those that leave while users' requests may be in flight on them: they first get nothing new. One of
 * a pool that no request gets to is such a one as well, since it has just left its color's own.
 */
export function draining(
  there: readonly ApiMember[],
  wanted: readonly Member[],
  state: ListenerState,
): WeightedMember[] {
  const route = parseRoute(realRoute(state));
  const serving = COLORS.filter((color) => route && takesTraffic(color, route));
  return there
    .filter(({ address }) => !wanted.some((member) => member.address === address))
    .filter(({ name }) => serving.some((color) => color === memberColor(name)))
    .map(({ name, address, protocol_port, subnet_id }) => ({
      ...{ name, address, protocol_port, subnet_id },
      weight: 0,
    }));
}

/** Whether nothing has to be changed. */
export function sameMembers(
  there: readonly ApiMember[],
  wanted: readonly WeightedMember[],
): boolean {
  const key = (one: WeightedMember) =>
    [one.name, one.address, one.protocol_port, one.weight].join(" ");
  const has = new Set(there.map(key));
  return there.length === wanted.length && wanted.every((one) => has.has(key(one)));
}
