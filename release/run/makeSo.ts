import { configCommand } from "../plan/configCommand.ts";
import type { ConfigChange } from "../plan/types.ts";
import { type StatePlace, waitForState } from "../engine/stateLock.ts";
import { Stopped } from "./endings.ts";
import type { Ground } from "./ground.ts";

/**
 * Sets the config and runs `pulumi up`.
 *
 * @throws UserError where one of them fails. Stopped where the user has asked to stop.
 */
export async function makeSo(ground: Ground, changes: readonly ConfigChange[]): Promise<void> {
  const { engine, journal, lease, report, signal } = ground;
  checkGoesOn(ground);
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
    checkGoesOn(ground);
    throw error;
  }
}

export function checkGoesOn({ signal }: Ground): void {
  if (signal.aborted) throw new Stopped("stopped");
}

/** After a kill: what the one before has started works on, and leaves the state locked. */
export async function settleState(
  ground: Pick<Ground, "engine" | "clock" | "report">,
  place: StatePlace,
): Promise<void> {
  if ((await waitForState(place, ground.clock)) === "free") return;
  ground.report({ event: "command", command: "pulumi cancel --yes" });
  await ground.engine.cancel();
}
