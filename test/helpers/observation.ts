import { edgeManualCommands } from "../../components/edge/manualCommands.ts";
import type { Color } from "../../lib/color.ts";
import type { Observation, ObservedContainer } from "../../lib/observation.ts";

/** Web containers of the stack `test`, as a machine shows them. */
export const containers = (color: Color, count: number, isRunning = true): ObservedContainer[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `blue-green-test-${color}-${n + 1}`,
    color,
    isRunning,
    generation: "g0",
  }));

/** Two healthy hosts a color behind an edge with this route, which it has recorded. */
export function seen(route: string, more: Partial<Observation["balancer"]> = {}): Observation {
  return {
    manualCommands: edgeManualCommands("blue-green-test-edge"),
    balancer: {
      state: "running",
      real: route,
      record: { route, generation: "r0", activeGate: "a0", canaryGate: "c0" },
      ...more,
    },
    edgeGenerations: { edge: "e0" },
    containers: [...containers("blue", 2), ...containers("green", 2)],
    lostTrafficAt: {},
  };
}
