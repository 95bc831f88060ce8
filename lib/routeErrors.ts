import type { Observation } from "./observation.ts";
import { type Route, describeRoute, parseRoute } from "./route.ts";
import { NO_ROUTE, describeEntry } from "./routeDecision.ts";
import type { Settings } from "./settings/types.ts";
import { UserError } from "./userError.ts";

/** The route is neither what was last set here nor what the config wants. */
export function driftError(
  seen: Observation,
  drift: { readonly real: string; readonly recorded: string },
  settings: Settings,
  wanted: Route,
): UserError {
  const real = parseRoute(drift.real);
  const keep = real && keepCommand(real, settings);
  return new UserError(
    [
      "Somebody else changed the balancer's route, so nothing was touched.",
      `  the balancer does:        ${describeEntry(drift.real)}`,
      `  it was last set here to:  ${describeEntry(drift.recorded)}`,
      `  the config wants:         ${describeRoute(wanted)}`,
      ...(keep ? [`Keep what it does:  ${keep}`] : []),
      `Put back what was:  docker exec ${seen.edgeContainer} sh /edge/set-route ${
        drift.recorded === NO_ROUTE ? wanted.active : drift.recorded.split(":")[0]
      }${putBackCanary(drift.recorded)}`,
      "Then run pulumi up again.",
    ].join("\n"),
  );
}

/** What makes the config want this route; undefined where no config does. */
function keepCommand(real: Route, settings: Settings): string | undefined {
  if (real.canaryWeight > 0 && !real.testers) return undefined;
  const unset = settings.canary ? " && pulumi config rm canary" : "";
  const canary = real.testers
    ? ` && pulumi config set --path canary.weight ${real.canaryWeight}`
    : unset;
  return `pulumi config set activeColor ${real.active}${canary}`;
}

function putBackCanary(recorded: string): string {
  const route = parseRoute(recorded);
  if (!route || (!route.testers && route.canaryWeight === 0)) return "";
  return ` ${route.canaryWeight} ${route.testers ? "on" : "off"}`;
}

/** The edge runs, but nobody can say what it does. */
export function silentError(seen: Observation): UserError {
  return new UserError(
    `The balancer ${seen.edgeContainer} runs but does not say what its route is, so nothing was ` +
      `touched.\nLook at its log (docker logs ${seen.edgeContainer}). If it can be lost, remove it ` +
      `(docker rm -f ${seen.edgeContainer}) and run pulumi up: it is rebuilt with its last route.`,
  );
}
