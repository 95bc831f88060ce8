import { type Color, otherColor } from "../../lib/color.ts";
import { setRouteCommand } from "../../components/edge/manualCommands.ts";
import type { Route } from "../../lib/route.ts";
import { EXIT } from "./exitCodes.ts";
import { planRollback, rollbackTarget } from "../plan/shortPlans.ts";
import { Refused } from "./refused.ts";
import { localRoute } from "../../components/local/localRoute.ts";
import { describeOutcome } from "../output/describe.ts";
import { type Journal, JournalFile } from "../store/journal.ts";
import { confirm } from "./confirm.ts";
import { configuredColor, type CliContext } from "./cliContext.ts";

/**
 * `bluegreen rollback [--now]`. What it imports at its top is little: with `--now` the balancer is told
 * before the rest is loaded.
 */
export async function rollback(cli: CliContext, isNow: boolean): Promise<number> {
  const journal = await JournalFile.open(cli.store);
  const { unfinished } = journal;
  if (unfinished && !isNow) throw unfinishedRefusal(unfinished);
  const to = targetOf(cli, journal);
  if (cli.options.dryRun) return dryRun(cli, to, isNow);
  await confirm(cli, `Give all traffic of ${cli.stack} to ${to}?`);
  const isRouted = isNow && (await routeNow(cli, to));
  const { makePermanent } = await import("./makePermanent.ts");
  return makePermanent(cli, { to, isNow, isRouted, unfinished });
}

/** What is under way says it; else the last release does. */
function targetOf(cli: CliContext, { unfinished, last }: JournalFile): Color {
  if (unfinished?.plan.kind === "release") return unfinished.plan.from;
  if (unfinished?.plan.kind === "rollback") return unfinished.plan.to;
  const live = configuredColor(cli);
  const { image } = (cli.values[otherColor(live)] ?? {}) as { image?: string };
  return rollbackTarget(last, live, image);
}

/** @returns whether it was this machine's balancer; one in a cloud is asked with more at hand. */
async function routeNow(cli: CliContext, to: Color): Promise<boolean> {
  if ((cli.values["target"] ?? "local") !== "local") return false;
  const started = performance.now();
  const route = emergencyRoute(cli, to);
  cli.report({ event: "command", command: setRouteCommand(cli.names.edge, route) });
  await localRoute(cli.names.edge).set(route);
  tellRouted(cli, to, started);
  return true;
}

/** Testers stay where the config lets them. */
export function emergencyRoute({ values }: CliContext, to: Color): Route {
  return { active: to, canaryWeight: 0, testers: values["canary"] !== undefined };
}

export function tellRouted({ report }: CliContext, to: Color, started: number): void {
  const seconds = (performance.now() - started) / 1000;
  report({ event: "ended", step: "route", seconds, note: `${to} has the traffic` });
}

function unfinishedRefusal(unfinished: Journal): Refused {
  return new Refused(
    `A release has not ended: ${describeOutcome(unfinished)}.\n` +
      "Go back with it: bluegreen abort. In an emergency: bluegreen rollback --now",
  );
}

async function dryRun(cli: CliContext, to: Color, isNow: boolean): Promise<number> {
  const { openStackContext } = await import("./stackContext.ts");
  const { settings } = await openStackContext(cli);
  const named = { id: "rollback", stack: cli.stack };
  cli.report({ event: "plan", plan: planRollback(settings, to, named, isNow) });
  cli.screen.print(`${otherColor(to)} is live now.`);
  return EXIT.ok;
}
