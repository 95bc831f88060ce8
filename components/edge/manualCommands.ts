import type { ManualCommands } from "../../lib/observation.ts";
import type { Route } from "../../lib/route.ts";

/** An edge in a container on this machine. */
export function edgeManualCommands(container: string): ManualCommands {
  return {
    name: container,
    setRoute: (route) => setRouteCommand(container, route),
    mend:
      `Check its log (docker logs ${container}). To rebuild it with its last route, remove it ` +
      `(docker rm -f ${container}) and run pulumi up.`,
  };
}

/** The command to run on the edge's host. */
export function setRouteCommand(
  container: string,
  { active, canaryWeight, testers }: Route,
): string {
  const canary = testers || canaryWeight > 0 ? ` ${canaryWeight} ${testers ? "on" : "off"}` : "";
  return `docker exec ${container} sh /edge/set-route ${active}${canary}`;
}
