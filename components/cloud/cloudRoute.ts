import { COLORS } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import { describeEntry, NO_ROUTE } from "../../lib/routeDecision.ts";
import { UserError } from "../../lib/userError.ts";
import { edgesOn } from "../edge/edgeOnHost.ts";
import { edgeGrants } from "../edge/edgeGrants.ts";
import { setOnAllEdges, setOnAnsweringEdges } from "../edge/setOnAllEdges.ts";
import { stoppingProcesses } from "../service/stopProcesses.ts";
import type { Settings } from "../../settings/types.ts";
import type { DirectRoute, Target } from "../service/target.ts";

/** The direct route of either kind of balancer in a cloud. */
export function cloudRoute(
  { observe }: Pick<Target, "observe">,
  set: (route: Route) => Promise<readonly string[]>,
): DirectRoute {
  return {
    async look() {
      const { balancer } = await observe();
      const route = parseRoute(balancer.real ?? "");
      if (route) return route;
      throw new UserError(
        `The balancer has no route that bluegreen knows: ${describeEntry(balancer.real ?? NO_ROUTE)}.`,
      );
    },
    set: (route) =>
      set(route).catch((error: Error) => {
        throw new UserError(error.message);
      }),
  };
}

/** The route, and what ends the work of the color that loses the traffic, if anything works beside the web. */
export function withProcesses(
  route: DirectRoute,
  { processes }: Pick<Settings, "processes">,
  hosts: Target["hosts"],
  names: StackNames,
): DirectRoute {
  const hasAny = COLORS.some((color) => Object.keys(processes[color]).length > 0);
  return hasAny ? stoppingProcesses(route, hosts, names) : route;
}

/** The direct route of a stack's edges. */
export function edgesRoute(
  target: Pick<Target, "observe" | "hosts">,
  { edge }: StackNames,
): DirectRoute {
  return {
    ...cloudRoute(target, (route) => setRouteOfEdges(route, target, edge)),
    grants: edgeGrants(async () => edgesOn(await target.hosts(), edge)),
  };
}

/** A route that takes a share away must not wait for an edge that is lost; one that gives a share, for all. */
async function setRouteOfEdges(
  route: Route,
  { observe, hosts }: Pick<Target, "observe" | "hosts">,
  edge: string,
): Promise<readonly string[]> {
  const [{ balancer }, all] = await Promise.all([observe(), hosts()]);
  const { activeGate = "", canaryGate = "" } = balancer.record ?? {};
  // `set-route` does not compare this form with the generations of `pulumi up`.
  const generation = `by-hand-${Math.floor(Date.now() / 1000)}`;
  const set = route.canaryWeight === 0 ? setOnAnsweringEdges : setOnAllEdges;
  return set({ route, generation, activeGate, canaryGate }, edgesOn(all, edge));
}
