import { describeRoute, type Route } from "../../lib/route.ts";
import { describeOutcome } from "../output/describe.ts";
import { type Digests, digestProblem, digestsOf } from "../plan/digests.ts";
import { workingProcesses } from "../plan/workingProcesses.ts";
import { appendHistory, type Journal, type JournalFile, type Outcome } from "../store/journal.ts";
import type { ReleaseContext } from "./releaseContext.ts";

/** What a person makes of exit code 9. */
const UNDECIDED =
  "All users have it, and no verdict speaks against it. For a verdict, let the watch last longer " +
  "(release.watchSeconds), or let it wait for a person (release.watchUndecided wait). Go back: bluegreen rollback";

const LOOK_PAUSES_MS = [1000, 3000];

/**
 * Ends a release: compares the balancer's route with the one that this ending promises, writes the ending
 * to the history, then to the journal, then reports it.
 *
 * @param promised Undefined if the ending promises no route. Testers are not compared.
 * @returns `mismatch` if the route or the live image differs, or the route can't be read.
 */
export async function finish(
  context: ReleaseContext,
  intended: Outcome,
  promised: Route | undefined,
  why?: string,
): Promise<Outcome> {
  const { journal, store, clock, report, notifier } = context;
  const outputs = await context.engine.outputs().catch(() => ({}));
  const real = digestsOf(outputs);
  const processes = workingProcesses(outputs);
  const mismatch =
    promised && ((await findMismatch(context, promised)) ?? wrongImage(journal, promised, real));
  const outcome = mismatch === undefined ? intended : "mismatch";
  const reason = [mismatch, why].filter(Boolean).join("; ");
  const ended: Journal = {
    ...journal.current,
    outcome,
    endedAt: clock.now(),
    digests: real,
    ...(processes && { processes }),
    ...(reason !== "" && { reason }),
  };
  context.lease.check();
  await appendHistory(store, ended);
  await journal.write(ended);
  const text = describeOutcome(ended);
  notifier.send(outcome, ended, text);
  const more = outcome === "undecided" ? `\n${UNDECIDED}` : "";
  report({ event: "over", outcome, text: text + more });
  return outcome;
}

/** How the live color differs from the image that this ending promises; undefined if it does not. */
function wrongImage(
  { current }: JournalFile,
  { active }: Route,
  real: Digests,
): string | undefined {
  return digestProblem(active, current.plan.digests ?? {}, real);
}

/** How the balancer's route differs from the promised one; undefined if it does not. */
async function findMismatch(
  { route, clock }: ReleaseContext,
  promised: Route,
): Promise<string | undefined> {
  const wanted = describeRoute({ ...promised, testers: false });
  for (let tried = 0; ; tried++) {
    try {
      const real = await route.look();
      const isSame = real.active === promised.active && real.canaryWeight === promised.canaryWeight;
      return isSame ? undefined : `the balancer's route is ${describeRoute(real)}, not ${wanted}`;
    } catch (error) {
      const pause = LOOK_PAUSES_MS[tried];
      if (pause === undefined) {
        return `the balancer's route can't be read: ${(error as Error).message}`;
      }
      await clock.sleep(pause);
    }
  }
}
