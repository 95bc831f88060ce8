import type { ManualCommands } from "../../lib/observation.ts";
import type { Route } from "../../lib/route.ts";

/** An edge in a container on this machine. */
export function edgeManualCommands(container: string): ManualCommands {
  return {
    name: container,
    setRoute: (route) => setRouteCommand(container, route),
    mend:
      `Look at its log (docker logs ${container}). If it can be lost, remove it ` +
      `(docker rm -f ${container}) and run pulumi up: it is rebuilt with its last route.`,
  };
}

/** The command on the edge's own host. */
export function setRouteCommand(
  container: string,
  { active, canaryWeight, testers }: Route,
): string {
  const canary = testers || canaryWeight > 0 ? ` ${canaryWeight} ${testers ? "on" : "off"}` : "";
  return `docker exec ${container} sh /edge/set-route ${active}${canary}`;
}
