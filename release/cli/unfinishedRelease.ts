import { UserError } from "../../lib/userError.ts";
import { clearStateLock, throwIfStopped } from "../run/applyConfig.ts";
import { describeOutcome } from "../output/describe.ts";
import { ReleaseFailed } from "../run/endings.ts";
import type { ReleaseContext } from "../run/releaseContext.ts";
import { rollBack } from "../run/rollBack.ts";
import { type Decision, writeDecision } from "../store/decision.ts";
import { type Journal, JournalFile } from "../store/journal.ts";
import { LockedError } from "../store/lease.ts";
import type { CliContext } from "./cliContext.ts";
import { openStack } from "./command.ts";
import { EXIT } from "./exitCodes.ts";
import type { StackContext } from "./stackContext.ts";
import { runToEnd, withLock } from "./withLock.ts";
import { asProblem, restoreRouteOnly } from "./withoutStack.ts";

/** What `promote`, `abort`, `resume` and `rollback --now` do with a release that has not ended. */

export async function resumeUnfinished(cli: CliContext, waitSeconds: number): Promise<number> {
  const stackContext = await openStack(cli);
  return withLock(cli, stackContext, { doing: "resume", waitSeconds }, (context) =>
    afterStateLock(context, () => runToEnd(context)),
  );
}

export async function abortUnfinished(cli: CliContext, unfinished: Journal): Promise<number> {
  const { plan, steps } = unfinished;
  const step = steps.at(-1)?.name ?? "";
  const decision = { release: plan.id, word: "abort", step, by: cli.by } as const;
  const written = await writeDecision(cli.store, decision).catch(asProblem);
  const opened = await openStack(cli).catch(asProblem);
  if (written) return restoreRouteOnly(cli, unfinished, written);
  if (opened instanceof UserError) return restoreRouteOnly(cli, unfinished, opened);
  return carryOut(cli, opened, decision, 0);
}

export async function promoteUnfinished(
  cli: CliContext,
  decision: Decision,
  waitSeconds: number,
): Promise<number> {
  await writeDecision(cli.store, decision);
  return carryOut(cli, await openStack(cli), decision, waitSeconds);
}

/** The command that works on the release reads the decision; if there is none, it is applied here. */
async function carryOut(
  cli: CliContext,
  stackContext: StackContext,
  decision: Decision,
  waitSeconds: number,
): Promise<number> {
  const lock = { doing: decision.word, waitSeconds };
  try {
    return await withLock(cli, stackContext, lock, async (context) => {
      if (context.journal.unfinished?.plan.id !== decision.release) return ended(cli, decision);
      return afterStateLock(context, async () => {
        if (decision.word === "promote") return runToEnd(context);
        throwIfStopped(context);
        await rollBack(context, new ReleaseFailed("aborted", `aborted by ${decision.by}`));
        return EXIT.ok;
      });
    });
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    cli.screen.print(`Sent "${decision.word}" to the command that runs the release.`);
    return EXIT.ok;
  }
}

/** The command that worked on the release has ended it, because of the decision or before it. */
async function ended({ store, screen }: CliContext, { word }: Decision): Promise<number> {
  const { last } = await JournalFile.open(store);
  const isLive = last?.outcome === "released" || last?.outcome === "undecided";
  if (word === "abort" && isLive) {
    throw new UserError(
      "The release ended before it could be aborted. Roll it back: bluegreen rollback",
    );
  }
  if (last) screen.print(describeOutcome(last));
  return EXIT.ok;
}

/**
 * Works on the unfinished release, after every Pulumi process of a killed command has ended.
 *
 * @throws UserError if there is none.
 */
async function afterStateLock(
  context: ReleaseContext,
  work: () => Promise<number>,
): Promise<number> {
  context.journal.requireUnfinished();
  await clearStateLock(context);
  const code = await work();
  await clearPendingCreates(context);
  return code;
}

/**
 * What a killed `up` was creating on this machine, the next `up` has found. In a cloud a machine may be
 * left over, so a person has to check.
 */
async function clearPendingCreates(context: ReleaseContext): Promise<void> {
  const { settings, engine, report, signal } = context;
  if (settings.target !== "local" || signal.aborted) return;
  if ((await engine.pendingOperations()).length === 0) return;
  report({ event: "command", command: "pulumi refresh --clear-pending-creates" });
  await engine.clearPendingCreates();
}
