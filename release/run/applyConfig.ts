import { configCommand } from "../plan/configCommand.ts";
import type { ConfigChange } from "../plan/types.ts";
import { type StatePlace, waitForState } from "../engine/stateLock.ts";
import { Stopped } from "./endings.ts";
import type { ReleaseContext } from "./releaseContext.ts";

/**
 * Sets the config and runs `pulumi up`.
 *
 * @throws UserError where one of them fails. Stopped where the user has asked to stop.
 */
export async function applyConfig(
  context: ReleaseContext,
  changes: readonly ConfigChange[],
): Promise<void> {
  const { engine, journal, lease, report, signal } = context;
  throwIfStopped(context);
  lease.check();
  for (const change of changes) report({ event: "command", command: configCommand(change) });
  await engine.set(changes);
  report({ event: "command", command: "pulumi up" });
  lease.check();
  const { plan, updates } = journal.current;
  const message = `bluegreen ${plan.kind} ${plan.id}`;
  const onLine = (line: string) => report({ event: "output", of: "pulumi", line });
  try {
    const began = await engine.up(message, onLine, signal);
    await journal.change({ updates: [...updates, began] });
  } catch (error) {
    throwIfStopped(context);
    throw error;
  }
}

export function throwIfStopped({ signal }: ReleaseContext): void {
  if (signal.aborted) throw new Stopped("stopped");
}

/** After a kill: what the one before has started works on, and leaves the state locked. */
export async function settleState(
  context: Pick<ReleaseContext, "engine" | "clock" | "report">,
  place: StatePlace,
): Promise<void> {
  if ((await waitForState(place, context.clock)) === "free") return;
  context.report({ event: "command", command: "pulumi cancel --yes" });
  await context.engine.cancel();
}
