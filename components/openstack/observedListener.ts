import { otherColor } from "../../lib/color.ts";
import { formatRoute } from "../../lib/route.ts";
import type { BalancerObservation } from "../../lib/routeDecision.ts";
import { type ListenerState, realRoute } from "./listenerRoute.ts";

/**
 * What a listener does, as the plan of an `up` takes it. In the middle of a change whatever it does is
 * ours, and the change is to be finished; so it is where testers do not see the idle color, and where a
 * change did not come into force.
 */
export function observedListener(state: ListenerState): BalancerObservation {
  const real = realRoute(state);
  const { record, preview } = state;
  if (!record) return { state: "running", real };
  const { route, previous, ...others } = record;
  const isStale = preview !== undefined && preview !== otherColor(route.active);
  const isUnfinished = previous !== undefined || isStale || state.isBroken;
  return {
    state: "running",
    real,
    record: {
      route: formatRoute(route),
      ...(isUnfinished && { previous: real }),
      generation: others.generation,
      activeGate: others.activeGate,
      canaryGate: others.canaryGate,
    },
  };
}
