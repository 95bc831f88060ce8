import { COLORS } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import { parseRoute } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import { edgeGrants } from "../edge/edgeGrants.ts";
import { EdgeOnHost } from "../edge/edgeOnHost.ts";
import { setRouteCommand } from "../edge/manualCommands.ts";
import { THIS_MACHINE } from "../machine/exec.ts";
import { stoppingProcesses } from "../service/stopProcesses.ts";
import type { DirectRoute } from "../service/target.ts";

/** The direct route of an edge on this machine. Imports little, to keep `rollback --now` fast. */
export function localRoute(names: StackNames): DirectRoute {
  const hosts = COLORS.map((color) => ({ name: "this machine", color, machine: THIS_MACHINE }));
  return stoppingProcesses(routeOfEdge(names.edge), () => Promise.resolve(hosts), names);
}

function routeOfEdge(container: string): DirectRoute {
  const edge = new EdgeOnHost(container, THIS_MACHINE, container);
  return {
    async look() {
      const said = await edge.showRoute().catch((error: Error) => {
        throw new UserError(`The balancer ${container}: ${error.message}`);
      });
      const route = parseRoute(/^real=(.*)$/m.exec(said)?.[1] ?? "");
      if (route) return route;
      throw new UserError(`${container} has no route that bluegreen knows. It says:\n${said}`);
    },
    async set(route) {
      const unrecorded = await edge.setByHand(route).catch((error: Error) => {
        const command = setRouteCommand(container, route);
        throw new UserError(`The balancer ${container}: ${error.message}\nBy hand: ${command}`);
      });
      return unrecorded === "" ? [] : [unrecorded];
    },
    grants: edgeGrants(() => Promise.resolve([edge])),
  };
}
