import { UserError } from "../../lib/userError.ts";
import { EXIT } from "./exitCodes.ts";
import { ReleaseFailed } from "../run/endings.ts";
import { rollBack } from "../run/rollBack.ts";
import { throwIfStopped } from "../run/applyConfig.ts";
import { describeOutcome } from "../output/describe.ts";
import { type Decision, writeDecision } from "../store/decision.ts";
import { type Journal, JournalFile } from "../store/journal.ts";
import { LockedError } from "../store/lease.ts";
import { confirm } from "./confirm.ts";
import { openStackContext } from "./stackContext.ts";
import type { CliContext } from "./cliContext.ts";
import { goOn, takeUp, withLock } from "./withLock.ts";

/** `bluegreen resume`: after a kill, or a stop. */
export async function resume(cli: CliContext, waitSeconds: number): Promise<number> {
  const unfinished = await unfinishedRelease(cli);
  cli.report({ event: "plan", plan: unfinished.plan });
  if (cli.options.dryRun) return EXIT.ok;
  await confirm(cli, `Go on? ${describeOutcome(unfinished)}.`);
  const stackContext = await openStackContext(cli);
  return withLock(cli, stackContext, "resume", waitSeconds, (context) =>
    takeUp(context, cli, () => goOn(context)),
  );
}

/** `bluegreen promote`: sends on the step that waits. */
export async function promote(cli: CliContext, waitSeconds: number): Promise<number> {
  const { steps, plan } = await unfinishedRelease(cli);
  const step = steps.at(-1)?.name ?? "";
  const kind = plan.steps.find(({ name }) => name === step)?.kind;
  if (kind !== "canary" && kind !== "approval") {
    throw new UserError(
      `Nothing waits to be promoted: the release is at ${step || "its beginning"}. ` +
        "See how it goes: bluegreen status",
    );
  }
  if (cli.options.dryRun) return EXIT.ok;
  await confirm(cli, `Send ${plan.image} on from ${step}?`);
  return decide(cli, { release: plan.id, word: "promote", step, by: cli.by }, waitSeconds);
}

/** `bluegreen abort`: all goes back to what was before the release. */
export async function abort(cli: CliContext): Promise<number> {
  const { plan, steps } = await unfinishedRelease(cli);
  const step = steps.at(-1)?.name ?? "";
  if (cli.options.dryRun) return EXIT.ok;
  await confirm(cli, `Give up the release of ${plan.image}, and go back to ${plan.from}?`);
  return decide(cli, { release: plan.id, word: "abort", step, by: cli.by }, 0);
}

/** Tells the command that works on the release; where there is none, does it here. */
export async function decide(
  cli: CliContext,
  decision: Decision,
  waitSeconds: number,
): Promise<number> {
  await writeDecision(cli.store, decision);
  const stackContext = await openStackContext(cli);
  try {
    return await withLock(cli, stackContext, decision.word, waitSeconds, async (context) => {
      if (context.journal.unfinished?.plan.id !== decision.release) return ended(cli, decision);
      return takeUp(context, cli, async () => {
        if (decision.word === "promote") return goOn(context);
        throwIfStopped(context);
        await rollBack(context, new ReleaseFailed("aborted", `aborted by ${decision.by}`));
        return EXIT.ok;
      });
    });
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    cli.screen.print(`The release that is under way has been told: ${decision.word}.`);
    return EXIT.ok;
  }
}

/** Whoever worked on it has come to the end, by the decision or before it. */
async function ended({ store, screen }: CliContext, { word }: Decision): Promise<number> {
  const { last } = await JournalFile.open(store);
  if (word === "abort" && last?.outcome === "released") {
    throw new UserError(
      "The release had ended before it could be given up. Go back: bluegreen rollback",
    );
  }
  if (last) screen.print(describeOutcome(last));
  return EXIT.ok;
}

async function unfinishedRelease({ store }: CliContext): Promise<Journal> {
  const { unfinished } = await JournalFile.open(store);
  if (unfinished) return unfinished;
  throw new UserError("No release is under way. See the last ones: bluegreen history");
}
