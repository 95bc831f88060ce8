import { parseRoute } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import { edgeGrants } from "../edge/edgeGrants.ts";
import { EdgeOnHost } from "../edge/edgeOnHost.ts";
import { setRouteCommand } from "../edge/manualCommands.ts";
import { THIS_MACHINE } from "../machine/exec.ts";
import type { DirectRoute } from "../service/target.ts";

/** The direct route of an edge on this machine. Imports little, to keep `rollback --now` fast. */
export function localRoute(container: string): DirectRoute {
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
