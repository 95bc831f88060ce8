import { UserError } from "../../lib/userError.ts";
import { EXIT } from "../exitCodes.ts";
import { GoBack } from "../run/endings.ts";
import { goBack } from "../run/goBack.ts";
import { checkGoesOn } from "../run/makeSo.ts";
import { describeOutcome } from "../screen/words.ts";
import { type Decision, writeDecision } from "../store/decision.ts";
import { type Journal, JournalFile } from "../store/journal.ts";
import { LockedError } from "../store/lease.ts";
import { confirm } from "./confirm.ts";
import { heavyContext } from "./heavy.ts";
import type { Light } from "./light.ts";
import { goOn, takeUp, underLock } from "./underLock.ts";

/** `bluegreen resume`: after a kill, or a stop. */
export async function resume(light: Light, waitSeconds: number): Promise<number> {
  const unfinished = await unfinishedRelease(light);
  light.report({ event: "plan", plan: unfinished.plan });
  if (light.options.dryRun) return EXIT.ok;
  await confirm(light, `Go on? ${describeOutcome(unfinished)}.`);
  const heavy = await heavyContext(light);
  return underLock(light, heavy, "resume", waitSeconds, (ground) =>
    takeUp(ground, light, () => goOn(ground)),
  );
}

/** `bluegreen promote`: sends on the step that waits. */
export async function promote(light: Light, waitSeconds: number): Promise<number> {
  const { steps, plan } = await unfinishedRelease(light);
  const step = steps.at(-1)?.name ?? "";
  const kind = plan.steps.find(({ name }) => name === step)?.kind;
  if (kind !== "canary" && kind !== "approval") {
    throw new UserError(
      `Nothing waits to be promoted: the release is at ${step || "its beginning"}. ` +
        "See how it goes: bluegreen status",
    );
  }
  if (light.options.dryRun) return EXIT.ok;
  await confirm(light, `Send ${plan.image} on from ${step}?`);
  return decide(light, { release: plan.id, word: "promote", step, by: light.by }, waitSeconds);
}

/** `bluegreen abort`: all goes back to what was before the release. */
export async function abort(light: Light): Promise<number> {
  const { plan, steps } = await unfinishedRelease(light);
  const step = steps.at(-1)?.name ?? "";
  if (light.options.dryRun) return EXIT.ok;
  await confirm(light, `Give up the release of ${plan.image}, and go back to ${plan.from}?`);
  return decide(light, { release: plan.id, word: "abort", step, by: light.by }, 0);
}

/** Tells the command that works on the release; where there is none, does it here. */
export async function decide(
  light: Light,
  decision: Decision,
  waitSeconds: number,
): Promise<number> {
  await writeDecision(light.store, decision);
  const heavy = await heavyContext(light);
  try {
    return await underLock(light, heavy, decision.word, waitSeconds, async (ground) => {
      if (ground.journal.unfinished?.plan.id !== decision.release) return ended(light, decision);
      return takeUp(ground, light, async () => {
        if (decision.word === "promote") return goOn(ground);
        checkGoesOn(ground);
        await goBack(ground, new GoBack("aborted", `aborted by ${decision.by}`));
        return EXIT.ok;
      });
    });
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    light.screen.print(`The release that is under way has been told: ${decision.word}.`);
    return EXIT.ok;
  }
}

/** Whoever worked on it has come to the end, by the decision or before it. */
async function ended({ store, screen }: Light, { word }: Decision): Promise<number> {
  const { last } = await JournalFile.open(store);
  if (word === "abort" && last?.outcome === "released") {
    throw new UserError(
      "The release had ended before it could be given up. Go back: bluegreen rollback",
    );
  }
  if (last) screen.print(describeOutcome(last));
  return EXIT.ok;
}

async function unfinishedRelease({ store }: Light): Promise<Journal> {
  const { unfinished } = await JournalFile.open(store);
  if (unfinished) return unfinished;
  throw new UserError("No release is under way. See the last ones: bluegreen history");
}
