import { type Color, otherColor } from "../../lib/color.ts";
import { setRouteByHand } from "../../lib/haproxy/byHand.ts";
import type { Route } from "../../lib/route.ts";
import { EXIT } from "../exitCodes.ts";
import { planRollback, rollbackTarget } from "../plan/shortPlans.ts";
import { Refused } from "../refused.ts";
import { localRoute } from "../route/local.ts";
import { describeOutcome } from "../screen/words.ts";
import { type Journal, JournalFile } from "../store/journal.ts";
import { confirm } from "./confirm.ts";
import { configuredColor, type Light } from "./light.ts";

/**
 * `bluegreen rollback [--now]`. What it imports at its top is little: with `--now` the balancer is told
 * before the rest is loaded.
 */
export async function rollback(light: Light, isNow: boolean): Promise<number> {
  const journal = await JournalFile.open(light.store);
  const { unfinished } = journal;
  if (unfinished && !isNow) throw unfinishedRefusal(unfinished);
  const to = targetOf(light, journal);
  if (light.options.dryRun) return dryRun(light, to, isNow);
  await confirm(light, `Give all traffic of ${light.stack} to ${to}?`);
  const isRouted = isNow && (await routeNow(light, to));
  const { makePermanent } = await import("./makePermanent.ts");
  return makePermanent(light, { to, isNow, isRouted, unfinished });
}

/** What is under way says it; else the last release does. */
function targetOf(light: Light, { unfinished, last }: JournalFile): Color {
  if (unfinished?.plan.kind === "release") return unfinished.plan.from;
  if (unfinished?.plan.kind === "rollback") return unfinished.plan.to;
  const live = configuredColor(light);
  const { image } = (light.values[otherColor(live)] ?? {}) as { image?: string };
  return rollbackTarget(last, live, image);
}

/** @returns whether it was this machine's balancer; one in a cloud is asked with more at hand. */
async function routeNow(light: Light, to: Color): Promise<boolean> {
  if ((light.values["target"] ?? "local") !== "local") return false;
  const started = performance.now();
  const route = emergencyRoute(light, to);
  light.report({ event: "command", command: setRouteByHand(light.names.edge, route) });
  await localRoute(light.names.edge).set(route);
  tellRouted(light, to, started);
  return true;
}

/** Testers stay where the config lets them. */
export function emergencyRoute({ values }: Light, to: Color): Route {
  return { active: to, canaryWeight: 0, testers: values["canary"] !== undefined };
}

export function tellRouted({ report }: Light, to: Color, started: number): void {
  const seconds = (performance.now() - started) / 1000;
  report({ event: "ended", step: "route", seconds, note: `${to} has the traffic` });
}

function unfinishedRefusal(unfinished: Journal): Refused {
  return new Refused(
    `A release has not ended: ${describeOutcome(unfinished)}.\n` +
      "Go back with it: bluegreen abort. In an emergency: bluegreen rollback --now",
  );
}

async function dryRun(light: Light, to: Color, isNow: boolean): Promise<number> {
  const { heavyContext } = await import("./heavy.ts");
  const { settings } = await heavyContext(light);
  const named = { id: "rollback", stack: light.stack };
  light.report({ event: "plan", plan: planRollback(settings, to, named, isNow) });
  light.screen.print(`${otherColor(to)} is live now.`);
  return EXIT.ok;
}
