import { waitForStateLock } from "../engine/stateLock.ts";
import { type Digests, digestsOf } from "../plan/digests.ts";
import { type ConfigChange, configCommand } from "../plan/releasePlan.ts";
import { Stopped } from "./endings.ts";
import type { ReleaseContext } from "./releaseContext.ts";

/**
 * Sets the config and runs `pulumi up`.
 *
 * @param changes This step's own keys.
 * @param all Every key that the release moves. One that was edited in the meantime is set again.
 * @param grant For a route that is given for a limited time; see `formatGrant`.
 * @returns what each color is deployed with now.
 * @throws UserError if one of them fails. Stopped if the user has asked to stop.
 */
export async function applyConfig(
  context: ReleaseContext,
  changes: readonly ConfigChange[],
  all: readonly ConfigChange[] = changes,
  grant?: string,
): Promise<Digests> {
  const { engine, journal, lease, report, signal } = context;
  throwIfStopped(context);
  lease.check();
  const keys = changes.map(({ key }) => key);
  const edited = editedSince(await engine.stackFile(), all).filter(
    ({ key }) => !keys.includes(key),
  );
  for (const { key, value } of edited) {
    const wanted = value === undefined ? "absent" : value;
    const text = `${key} was edited during this ${journal.current.plan.kind}: it is ${wanted} again`;
    report({ event: "warning", text });
  }
  const set = [...changes, ...edited];
  for (const change of set) report({ event: "command", command: configCommand(change) });
  await engine.set(set);
  report({ event: "command", command: "pulumi up" });
  lease.check();
  throwIfStopped(context);
  const { plan, updates } = journal.current;
  try {
    const message = `bluegreen ${plan.kind} ${plan.id}`;
    const { startedAt, outputs } = await engine.up(message, report, signal, grant);
    await journal.note({ updates: [...updates, startedAt], isUpDue: false });
    return digestsOf(outputs);
  } catch (error) {
    throwIfStopped(context);
    throw error;
  }
}

/** Sets keys that were edited during a release, where no step is left to do it. */
export async function revertEdits(
  context: ReleaseContext,
  all: readonly ConfigChange[],
): Promise<void> {
  const edited = editedSince(await context.engine.stackFile(), all);
  if (edited.length > 0) await applyConfig(context, [], all);
}

/** The changes whose keys have another value in the stack file. A value that can't be read counts as equal. */
export function editedSince(
  file: Readonly<Record<string, unknown>>,
  changes: readonly ConfigChange[],
): ConfigChange[] {
  return changes.filter(({ key, value }) => {
    const [group = "", part] = key.split(".");
    const found = file[group];
    if (part === undefined) return found !== undefined && found !== value;
    // A group that is a secret, or JSON text, can't be compared.
    if (typeof found !== "object" || found === null || "secure" in found) return false;
    const inner = (found as Readonly<Record<string, unknown>>)[part];
    const isPlain = typeof inner === "number" || typeof inner === "boolean";
    return (isPlain ? String(inner) : inner) !== value;
  });
}

export function throwIfStopped({ signal }: ReleaseContext): void {
  if (signal.aborted) throw new Stopped("stopped");
}

/** After a kill: waits for the `pulumi up` that was running, and removes a lock that it has left. */
export async function clearStateLock({
  engine,
  clock,
  report,
  lease,
}: ReleaseContext): Promise<void> {
  if ((await waitForStateLock(engine.statePlace, clock, lease.dead)) === "free") return;
  lease.check();
  report({ event: "command", command: "pulumi cancel --yes" });
  await engine.cancel();
}
