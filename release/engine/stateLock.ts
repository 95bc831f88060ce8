import { type Holder, isAtWork, lockHolders } from "../../demo/lock.ts";
import { localFolder } from "../../lib/stateFolder.ts";
import { UserError } from "../../lib/userError.ts";
import type { Clock } from "../store/clock.ts";

const PATIENCE_MS = 10 * 60_000;

/**
 * Waits until no `pulumi up` of a release that was killed works any more: it goes on when who started it
 * has gone. Says whether it left the state's lock, which Pulumi itself never removes.
 *
 * @throws UserError where it does not end, or runs on another machine.
 */
export async function waitForState(
  backendUrl: string,
  stack: string,
  clock: Clock,
): Promise<"free" | "left"> {
  const folder = localFolder(backendUrl);
  if (folder === undefined) return "free";
  const deadline = clock.elapsed() + PATIENCE_MS;
  for (;;) {
    const holders = await lockHolders(folder, stack);
    if (holders.length === 0) return "free";
    const working = [];
    for (const holder of holders) if (await isAtWork(holder, stack)) working.push(holder);
    if (working.length === 0) return "left";
    if (clock.elapsed() > deadline) throw stillWorks(working);
    await clock.sleep(500);
  }
}

function stillWorks(working: readonly Holder[]): UserError {
  const who = working.map(({ username, pid }) => `${username} (pid ${pid})`).join(", ");
  return new UserError(
    `A Pulumi command works on this stack for ${PATIENCE_MS / 60_000} minutes: ${who}.\n` +
      "Let it end, or stop it (kill -INT PID), then: bluegreen resume",
  );
}
