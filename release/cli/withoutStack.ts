import { localRoute } from "../../components/local/localRoute.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import { describeRoute, sameRoute } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { Journal } from "../store/journal.ts";
import type { CliContext } from "./cliContext.ts";

/**
 * Taking traffic away needs the balancer alone: neither a stack file that can be read, nor its secrets, nor the
 * Pulumi CLI, nor a store that can be written. For a balancer on this machine.
 */

/** For `catch`: what a user has to mend. Any other error is thrown. */
export function asProblem(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** Without a journal or a stack file: the color that does not have the traffic now. */
export async function idleColor({ names, fileProblem }: CliContext): Promise<Color> {
  try {
    return otherColor((await localRoute(names).look()).active);
  } catch (error) {
    throw fileProblem ?? error;
  }
}

/**
 * Returns the traffic of a release, where neither config nor state can be restored now.
 *
 * @throws UserError always: it says what was done and what is left.
 */
export async function restoreRouteOnly(
  cli: CliContext,
  { plan, steps }: Journal,
  problem: UserError,
): Promise<never> {
  const last = plan.steps.find(({ name }) => name === steps.at(-1)?.name);
  const isFinal = last?.kind === "switch" || last?.kind === "watch";
  const isToReturn =
    plan.kind !== "rollback" && last?.kind !== "retire" && !(isFinal && plan.oneWay !== undefined);
  if (!isToReturn || (cli.values["target"] ?? "local") !== "local") throw problem;
  const route = localRoute(cli.names);
  // A problem of the balancer must not hide the first one.
  const real = await route.look().catch(() => undefined);
  if (!real) throw problem;
  if (!sameRoute(real, plan.before)) {
    cli.report({ event: "command", command: `set-route ${describeRoute(plan.before)}` });
    for (const text of await route.set(plan.before)) cli.report({ event: "warning", text });
  }
  throw unrestored(plan.from, problem, "bluegreen abort");
}

/** @param next The command that does the rest. */
export function unrestored(color: Color, { message }: UserError, next: string): UserError {
  return new UserError(
    `${color} has all traffic. The config is not restored yet: ${message}\nOnce that is mended: ${next}`,
  );
}
