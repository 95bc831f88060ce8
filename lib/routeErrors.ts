import type { Observation } from "./observation.ts";
import { type Route, describeRoute, parseRoute } from "./route.ts";
import { describeEntry } from "./routeDecision.ts";
import { UserError } from "./userError.ts";

/** The route is neither what was last set here nor what the config wants. */
export function driftError(
  seen: Observation,
  drift: { readonly real: string; readonly recorded: string },
  settings: { readonly canary?: object },
  wanted: Route,
): UserError {
  const real = parseRoute(drift.real);
  const keep = real && keepCommand(real, settings);
  return new UserError(
    [
      "The balancer's route was changed outside this program, so nothing was touched.",
      `  the current route:          ${describeEntry(drift.real)}`,
      `  the route last set here:    ${describeEntry(drift.recorded)}`,
      `  the route in the config:    ${describeRoute(wanted)}`,
      ...(keep ? [`Keep the current route:  ${keep}`] : []),
      `Restore the last route:  ${seen.manualCommands.setRoute(parseRoute(drift.recorded) ?? plain(wanted))}`,
      "Then run pulumi up again.",
    ].join("\n"),
  );
}

/** The command that puts this route into the config; undefined if no config can express it. */
function keepCommand(real: Route, settings: { readonly canary?: object }): string | undefined {
  if (real.canaryWeight > 0 && !real.testers) return undefined;
  const unset = settings.canary ? " && pulumi config rm canary" : "";
  const canary = real.testers
    ? ` && pulumi config set --path canary.weight ${real.canaryWeight}`
    : unset;
  return `pulumi config set activeColor ${real.active}${canary}`;
}

function plain({ active }: Route): Route {
  return { active, canaryWeight: 0, testers: false };
}

/** The edge runs, but its route is unknown. */
export function silentError(seen: Observation): UserError {
  return new UserError(
    `The balancer ${seen.manualCommands.name} is running but does not report its route, so nothing was ` +
      `touched.\n${seen.manualCommands.mend}`,
  );
}
