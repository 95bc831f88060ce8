import { describeRoute } from "../../lib/route.ts";
import { GRANT_SECONDS } from "../../lib/grant.ts";
import type { Overrides } from "../plan/preflight.ts";
import type { ReleasePlan } from "../plan/releasePlan.ts";
import { createJudge } from "../run/createJudge.ts";
import { watchLive } from "../run/liveWatch.ts";
import { Paused, Stopped } from "../run/endings.ts";
import { GrantKeeper } from "../run/grantKeeper.ts";
import { Hooks } from "../run/hooks.ts";
import { Notifier } from "../run/notify.ts";
import type { ReleaseContext } from "../run/releaseContext.ts";
import { removeOldImages } from "../run/removeOldImages.ts";
import { runRelease } from "../run/runRelease.ts";
import { realClock } from "../store/clock.ts";
import { JournalFile } from "../store/journal.ts";
import { Lease } from "../store/lease.ts";
import type { CliContext } from "./cliContext.ts";
import { listenForStop } from "./command.ts";
import { EXIT, exitCodeOf, Refused } from "./exitCodes.ts";
import type { StackContext } from "./stackContext.ts";

export interface LockOptions {
  /** For people who find the lock taken: `release app:v2`. */
  readonly doing: string;
  /** How long a person may take to promote. Default 0. */
  readonly waitSeconds?: number;
}

export interface PlanRun extends LockOptions {
  readonly plan: ReleasePlan;
  readonly overrides?: Overrides;
  /** Throws to refuse the plan; runs with the lock held. */
  readonly check?: () => Promise<void>;
}

/** Takes the lock, does the work with everything that a release needs, and frees the lock. */
export async function withLock(
  cli: CliContext,
  stackContext: StackContext,
  { doing, waitSeconds = 0 }: LockOptions,
  work: (context: ReleaseContext) => Promise<number>,
): Promise<number> {
  const { store, owner, report, by } = cli;
  const { settings } = stackContext;
  const lease = await Lease.take(store, { owner, doing }, realClock);
  lease.startRenewing();
  const notifier = new Notifier(settings.release.notify, report, settings.secrets);
  const stop = listenForStop();
  try {
    const journal = await JournalFile.open(store, settings.secrets);
    const judging = () => ({
      ...stackContext,
      journal,
      names: cli.names,
      candidate: journal.current.plan.to,
    });
    return await work({
      ...stackContext,
      grants: new GrantKeeper({ route: stackContext.route, clock: realClock, lease, report }),
      ...{ store, lease, journal, notifier, report, by, waitSeconds },
      clock: realClock,
      hooks: new Hooks(settings.release.hooks, report, settings.secrets),
      createJudge: () => createJudge(judging()),
      watchLive: () => watchLive(judging()),
      signal: stop.signal,
    });
  } finally {
    stop.dispose();
    await notifier.settle();
    // A store that does not answer: the lock ends by itself.
    await lease.free().catch(() => undefined);
  }
}

/** Starts a plan under the lock and runs it to its end. */
export function runPlan(
  cli: CliContext,
  stackContext: StackContext,
  { plan, overrides = {}, check, ...lock }: PlanRun,
): Promise<number> {
  return withLock(cli, stackContext, lock, async (context) => {
    if (context.journal.unfinished) {
      throw new Refused("Another release has started in the meantime. Show it: bluegreen status");
    }
    // A Ctrl-C at a terminal ends the engine's previews as well, which is no reason to refuse.
    const refused = await check?.().catch((error: Error) => error);
    if (context.signal.aborted) {
      context.report({ event: "error", text: "Stopped; nothing was changed." });
      return EXIT.interrupted;
    }
    if (refused) throw refused;
    await writePlan(context, plan, overrides);
    return runToEnd(context);
  });
}

/** From here on a killed command leaves something to resume. */
async function writePlan(context: ReleaseContext, plan: ReleasePlan, overrides: Overrides) {
  const { journal, clock, by, notifier, lease } = context;
  await journal.write({
    ...{ plan, by, overrides },
    startedAt: clock.now(),
    sequence: lease.fence,
    steps: [],
    isUndone: false,
    isPaused: false,
    updates: [],
  });
  notifier.send("started", journal.current, `${plan.kind} of ${plan.image} to ${plan.to} starts`);
}

/**
 * Runs the journal's release from where it stands. Whatever ends it is notified: the new color may have a share.
 *
 * @returns the exit code.
 */
export async function runToEnd(context: ReleaseContext): Promise<number> {
  const { journal, report, notifier } = context;
  try {
    const outcome = await runRelease(context);
    const { kind } = journal.current.plan;
    if (kind === "release") await removeOldImages(context);
    return exitCodeOf(kind, outcome);
  } catch (error) {
    if (error instanceof Paused) {
      const text = `paused: ${error.message}. Continue: bluegreen promote. Undo: bluegreen abort`;
      notifier.send("paused", journal.current, text);
      report({ event: "over", outcome: "paused", text });
      return EXIT.paused;
    }
    const isStop = error instanceof Stopped;
    const text = isStop ? await stopped(context) : (error as Error).message;
    const routed = await context.route.look().then(describeRoute, () => "unknown");
    notifier.send("interrupted", journal.current, `${text}\nThe route is ${routed}.`);
    if (!isStop) throw error;
    report({ event: "over", outcome: "interrupted", text });
    return EXIT.interrupted;
  }
}

async function stopped({ grants, journal }: ReleaseContext): Promise<string> {
  const isGranted = (await grants.renewNow()) === "granted";
  const end = isGranted
    ? `; the balancer sends all users to ${journal.current.plan.from} within ${GRANT_SECONDS} s`
    : "";
  return `Stopped; the release stays as it is${end}. Continue: bluegreen resume. Undo: bluegreen abort`;
}
