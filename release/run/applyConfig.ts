import { type StatePlace, waitForStateLock } from "../engine/stateLock.ts";
import { type ConfigChange, configCommand } from "../plan/releasePlan.ts";
import { Stopped } from "./endings.ts";
import type { ReleaseContext } from "./releaseContext.ts";

/**
 * Sets the config and runs `pulumi up`.
 *
 * @throws UserError if one of them fails. Stopped if the user has asked to stop.
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
  try {
    const startedAt = await engine.up(`bluegreen ${plan.kind} ${plan.id}`, report, signal);
    await journal.change({ updates: [...updates, startedAt] });
  } catch (error) {
    throwIfStopped(context);
    throw error;
  }
}

export function throwIfStopped({ signal }: ReleaseContext): void {
  if (signal.aborted) throw new Stopped("stopped");
}

/** After a kill: waits for the `pulumi up` that was running, and removes a lock that it has left. */
export async function clearStateLock(
  { engine, clock, report }: ReleaseContext,
  place: StatePlace,
): Promise<void> {
  if ((await waitForStateLock(place, clock)) === "free") return;
  report({ event: "command", command: "pulumi cancel --yes" });
  await engine.cancel();
}
