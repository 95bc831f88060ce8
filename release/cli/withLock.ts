import { UserError } from "../../lib/userError.ts";
import { EXIT, exitCodeOf } from "./exitCodes.ts";
import type { ReleasePlan } from "../plan/types.ts";
import type { Overrides } from "../plan/preflight.ts";
import { Paused, Stopped } from "../run/endings.ts";
import type { ReleaseContext } from "../run/releaseContext.ts";
import { Hooks } from "../run/hooks.ts";
import { createJudge } from "../run/createJudge.ts";
import { settleState } from "../run/applyConfig.ts";
import { Notifier } from "../run/notify.ts";
import { runRelease } from "../run/release.ts";
import { realClock } from "../store/clock.ts";
import { JournalFile } from "../store/journal.ts";
import { Lease } from "../store/lease.ts";
import type { StackContext } from "./stackContext.ts";
import type { CliContext } from "./cliContext.ts";
import { onStop } from "./onStop.ts";

/** Takes the lock, does the work with all that a release needs, and gives the lock back. */
export async function withLock(
  cli: CliContext,
  stackContext: StackContext,
  doing: string,
  waitSeconds: number,
  work: (context: ReleaseContext) => Promise<number>,
): Promise<number> {
  const { store, owner, report, by } = cli;
  const { settings } = stackContext;
  const lease = await Lease.take(store, { owner, doing }, realClock);
  lease.keep();
  const notifier = new Notifier(settings.release.notify, report);
  const stop = onStop();
  try {
    const journal = await JournalFile.open(store);
    return await work({
      ...stackContext,
      ...{ store, lease, journal, notifier, report, by, waitSeconds },
      clock: realClock,
      hooks: new Hooks(settings.release.hooks, report),
      createJudge: () =>
        createJudge({
          ...stackContext,
          journal,
          names: cli.names,
          candidate: journal.current.plan.to,
        }),
      signal: stop.signal,
    });
  } finally {
    stop.forget();
    await notifier.settle();
    await lease.release();
  }
}

/** Writes the plan to the journal: from here on a kill leaves something to resume. */
export async function begin(context: ReleaseContext, plan: ReleasePlan, overrides: Overrides) {
  const { journal, clock, by, notifier } = context;
  await journal.write({
    ...{ plan, by, overrides },
    startedAt: clock.now(),
    steps: [],
    isUndone: false,
    isPaused: false,
    updates: [],
  });
  notifier.tell("started", journal.current, `${plan.kind} of ${plan.image} to ${plan.to} begins`);
}

/** Goes on with the journal's release, and says how the command ends. */
export async function goOn(context: ReleaseContext): Promise<number> {
  const { journal, report, notifier } = context;
  try {
    return exitCodeOf(journal.current.plan.kind, await runRelease(context));
  } catch (error) {
    if (error instanceof Paused) {
      const text = `paused: ${error.message}. Go on: bluegreen promote. Go back: bluegreen abort`;
      notifier.tell("paused", journal.current, text);
      report({ event: "over", outcome: "paused", text });
      return EXIT.paused;
    }
    if (!(error instanceof Stopped)) throw error;
    const text =
      "Stopped. The release stays as it is. Go on: bluegreen resume. Go back: bluegreen abort";
    report({ event: "warning", text });
    return EXIT.interrupted;
  }
}

/**
 * Works on the release that has not ended, once nothing that a killed command has started works on it
 * any more.
 *
 * @throws UserError where there is none.
 */
export async function takeUp(
  context: ReleaseContext,
  { project, names }: CliContext,
  work: () => Promise<number>,
): Promise<number> {
  const { journal } = context;
  if (!journal.unfinished) {
    throw new UserError("No release is under way. See the last ones: bluegreen history");
  }
  const { backendUrl, name } = project;
  const stack = names.stack.slice(names.stack.indexOf("/") + 1);
  await settleState(context, { backendUrl, project: name, stack });
  const code = await work();
  await forgetPending(context);
  return code;
}

/**
 * What a killed `up` was making on this machine the next one has found. In a cloud a machine may be left
 * over, so that a person has to look.
 */
async function forgetPending({ settings, engine, report, signal }: ReleaseContext): Promise<void> {
  if (settings.target !== "local" || signal.aborted) return;
  if ((await engine.pendingOperations()).length === 0) return;
  report({ event: "command", command: "pulumi refresh --clear-pending-creates" });
  await engine.clearPendingCreates();
}
