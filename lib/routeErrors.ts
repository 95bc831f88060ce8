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
      "Somebody else changed the balancer's route, so nothing was touched.",
      `  the balancer does:        ${describeEntry(drift.real)}`,
      `  it was last set here to:  ${describeEntry(drift.recorded)}`,
      `  the config wants:         ${describeRoute(wanted)}`,
      ...(keep ? [`Keep what it does:  ${keep}`] : []),
      `Put back what was:  ${seen.manualCommands.setRoute(parseRoute(drift.recorded) ?? plain(wanted))}`,
      "Then run pulumi up again.",
    ].join("\n"),
  );
}

/** What makes the config want this route; undefined where no config does. */
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

/** The edge runs, but nobody can say what it does. */
export function silentError(seen: Observation): UserError {
  return new UserError(
    `The balancer ${seen.manualCommands.name} runs but does not say what its route is, so nothing was ` +
      `touched.\n${seen.manualCommands.mend}`,
  );
}
