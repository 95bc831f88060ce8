import { setRouteCommand } from "../../components/edge/manualCommands.ts";
import { localRoute } from "../../components/local/localRoute.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import type { DirectRoute } from "../../components/service/target.ts";
import type { Route } from "../../lib/route.ts";
import { describeOutcome } from "../output/describe.ts";
import { newPlanId } from "../plan/releasePlan.ts";
import { isRolledBackTo, planRollback, rollbackTarget } from "../plan/singleStepPlans.ts";
import { type Journal, JournalFile } from "../store/journal.ts";
import { type CliContext, configuredColor, confirm } from "./cliContext.ts";
import { UsageError, UserError } from "../../lib/userError.ts";
import { defineCommand, openStack } from "./command.ts";
import { EXIT, Refused } from "./exitCodes.ts";
import type { StackContext } from "./stackContext.ts";
import { asProblem, idleColor, unrestored } from "./withoutStack.ts";

// With --now the balancer gets its command before the engine and the clouds' clients are loaded.

export const command = defineCommand({
  usage: "rollback",
  summary: "Give the traffic back to the color that had it before",
  examples: ["rollback --now --yes --stack prod"],
  flags: (args) =>
    args
      .option("now", {
        type: "boolean",
        default: false,
        describe: "Set the balancer first, then the config",
      })
      .option("undo", {
        type: "boolean",
        default: false,
        describe: "Undo the last rollback: release the version that it left",
      }),
  needsNoFile: true,
  async run(cli, { now: isNow, undo: isUndo }) {
    if (isUndo && isNow) throw new UsageError("--undo: can't be combined with --now.");
    if (isUndo) return (await import("./undoRollback.ts")).undoRollback(cli);
    const opened = await JournalFile.open(cli.store).catch(asProblem);
    if (opened instanceof UserError && !isNow) throw opened;
    const journal = opened instanceof UserError ? undefined : opened;
    const unfinished = journal?.unfinished;
    if (unfinished && !isNow) throw unfinishedRefusal(unfinished);
    const to = await targetOf(cli, journal, isNow);
    if (cli.options.dryRun) return dryRun(cli, to, isNow);
    await confirm(cli, `Give all traffic of ${cli.stack} to ${to}?`);
    const isRouted = isNow && (await setLocalRoute(cli, to));
    const stackContext = await openStack(cli).catch(asProblem);
    if (stackContext instanceof UserError || opened instanceof UserError) {
      const problem = stackContext instanceof UserError ? stackContext : (opened as UserError);
      const next = unfinished ? "bluegreen abort" : `bluegreen rollback --now`;
      throw isRouted ? unrestored(to, problem, next) : problem;
    }
    if (isNow && !isRouted) await setCloudRoute(cli, stackContext, to);
    return makePermanent(cli, stackContext, { to, isNow, unfinished });
  },
});

/** Named by the release in progress, or else by the last one. */
async function targetOf(
  cli: CliContext,
  journal: JournalFile | undefined,
  isNow: boolean,
): Promise<Color> {
  const { unfinished, last } = journal ?? {};
  if (unfinished?.plan.kind === "rollback") return unfinished.plan.to;
  if (unfinished && unfinished.plan.kind !== "retire") return unfinished.plan.from;
  const isUnknown = cli.fileProblem !== undefined || journal === undefined;
  if (isNow && isUnknown) return rollbackTarget(last, otherColor(await idleColor(cli)), undefined);
  const live = configuredColor(cli);
  const { image } = (cli.values[otherColor(live)] ?? {}) as { image?: string };
  const hasMoved = isRolledBackTo(live, last) && (await hasMovedSince(cli, last, live));
  return rollbackTarget(last, live, image, hasMoved);
}

/** Asked only where a rollback would be refused, since that takes a second. False if it can't be told. */
async function hasMovedSince(cli: CliContext, last: Journal, live: Color): Promise<boolean> {
  try {
    const { Engine } = await import("../engine/engine.ts");
    const engine = await Engine.open(cli.project, cli.stack);
    const updates = await engine.updates();
    const colors = updates.valuesSince(last.updates.at(-1), "activeColor");
    return colors.includes(otherColor(live));
  } catch {
    return false;
  }
}

function unfinishedRefusal(unfinished: Journal): Refused {
  return new Refused(
    `A release is in progress: ${describeOutcome(unfinished)}.\n` +
      "Undo it: bluegreen abort. In an emergency: bluegreen rollback --now",
  );
}

async function dryRun(cli: CliContext, to: Color, isNow: boolean): Promise<number> {
  const { settings } = await openStack(cli);
  if (isNow && settings.pools[to]?.count === 0) throw notStarted(to, `${to} has no hosts.`);
  const identity = { id: "rollback", stack: cli.stack };
  cli.report({ event: "plan", plan: planRollback(settings, to, identity, isNow) });
  cli.screen.print(`${otherColor(to)} is live now.`);
  return EXIT.ok;
}

/** @returns false for a balancer in a cloud, which needs the whole config. */
async function setLocalRoute(cli: CliContext, to: Color): Promise<boolean> {
  if ((cli.values["target"] ?? "local") !== "local") return false;
  const started = performance.now();
  const route = emergencyRoute(cli, to);
  cli.report({ event: "command", command: setRouteCommand(cli.names.edge, route) });
  await giveTraffic(cli, localRoute(cli.names), route);
  reportRouted(cli, to, started);
  return true;
}

async function setCloudRoute(cli: CliContext, { route }: StackContext, to: Color): Promise<void> {
  const started = performance.now();
  await giveTraffic(cli, route, emergencyRoute(cli, to));
  reportRouted(cli, to, started);
}

/** Keeps testers if the config has a canary. */
function emergencyRoute({ values }: CliContext, to: Color): Route {
  return { active: to, canaryWeight: 0, testers: values["canary"] !== undefined };
}

/** The balancer refuses a color without healthy hosts, whatever the config says. */
async function giveTraffic(cli: CliContext, balancer: DirectRoute, route: Route): Promise<void> {
  const { count } = (cli.values[route.active] ?? {}) as { count?: unknown };
  const unrecorded = await balancer.set(route).catch((error: Error) => {
    throw String(count) === "0" ? notStarted(route.active, error.message) : error;
  });
  for (const text of unrecorded) cli.report({ event: "warning", text });
}

function notStarted(color: Color, problem: string): Refused {
  return new Refused(
    `${problem}\n${color}.count: must be at least 1 for rollback --now, which needs running containers, ` +
      "got 0. Start them and move the traffic after that: bluegreen rollback",
  );
}

function reportRouted({ report }: CliContext, to: Color, started: number): void {
  const seconds = (performance.now() - started) / 1000;
  report({ event: "ended", step: "route", seconds, note: `${to} has the traffic` });
}

interface Rollback {
  readonly to: Color;
  /** Whether the balancer has been set. */
  readonly isNow: boolean;
  readonly unfinished: Journal | undefined;
}

/** Brings config and state in line with the route. */
async function makePermanent(
  cli: CliContext,
  stackContext: StackContext,
  { to, isNow, unfinished }: Rollback,
): Promise<number> {
  const { abortUnfinished, resumeUnfinished } = await import("./unfinishedRelease.ts");
  if (unfinished?.plan.kind === "rollback") {
    cli.report({ event: "plan", plan: unfinished.plan });
    return resumeUnfinished(cli, 0);
  }
  if (unfinished) {
    const code = await abortUnfinished(cli, unfinished);
    if (unfinished.plan.kind !== "retire") return code;
  }
  // Its plan starts a color that has no hosts.
  if (!isNow && stackContext.settings.pools[to]?.count !== 0) await refuseStopped(stackContext, to);
  const { runPlan } = await import("./withLock.ts");
  const identity = { id: newPlanId(), stack: cli.stack };
  const plan = planRollback(stackContext.settings, to, identity, isNow);
  return runPlan(cli, stackContext, { plan, doing: `rollback to ${to}` });
}

/** The gate would find this out too, but later. */
async function refuseStopped({ observe }: StackContext, to: Color): Promise<void> {
  const { containers } = await observe();
  if (containers.some(({ color, isRunning }) => color === to && isRunning)) return;
  throw new Refused(
    `Can't roll back to ${to}: none of its containers runs. Start them: pulumi up. ` +
      "Or release a fixed version: bluegreen release --image …",
  );
}
