import { COLORS } from "../../lib/color.ts";
import { describeOutcome } from "../output/describe.ts";
import { appendHistory, type Journal, type Outcome } from "../store/journal.ts";
import type { ReleaseContext } from "./releaseContext.ts";

/** Ends a release: writes it to the history, then to the journal, then reports it. */
export async function finish(
  context: ReleaseContext,
  outcome: Outcome,
  reason?: string,
): Promise<Outcome> {
  const { journal, store, clock, report, notifier } = context;
  const ended: Journal = {
    ...journal.current,
    outcome,
    endedAt: clock.now(),
    digests: await digests(context),
    ...(reason !== undefined && { reason }),
  };
  context.lease.check();
  await appendHistory(store, ended);
  await journal.write(ended);
  const text = describeOutcome(ended);
  notifier.send(outcome, ended, text);
  report({ event: "over", outcome, text });
  return outcome;
}

/** By color, of those that have an image. */
async function digests({ engine }: ReleaseContext): Promise<Readonly<Record<string, string>>> {
  const outputs: Readonly<Record<string, unknown>> = await engine.outputs().catch(() => ({}));
  const pools = (outputs["pools"] ?? {}) as Readonly<Record<string, { digest?: string }>>;
  return Object.fromEntries(
    COLORS.flatMap((color) => {
      const digest = pools[color]?.digest;
      return digest === undefined ? [] : [[color, digest] as const];
    }),
  );
}
