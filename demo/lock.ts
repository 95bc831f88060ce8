import {
  describeHolder,
  isRunning,
  type LockHolder,
  lockHolders,
} from "../release/engine/stateLock.ts";
import { UserError } from "../lib/userError.ts";
import type { Pulumi } from "./pulumi.ts";
import type { Steps } from "./steps.ts";
import { PROJECT } from "./whatRuns.ts";

/**
 * Removes the lock of a killed Pulumi command. Pulumi itself never does: its lock does not expire.
 *
 * @throws UserError if the command that holds the lock still runs, or can't be looked up.
 */
export async function settleLock(pulumi: Pulumi, steps: Steps): Promise<void> {
  const { url } = JSON.parse(await pulumi.ask("whoami", "--verbose", "--json")) as { url: string };
  const holders = await lockHolders({ backendUrl: url, project: PROJECT, stack: pulumi.stack });
  for (const holder of holders) await checkIsGone(holder, pulumi.stack);
  if (holders.length === 0) return;
  const pids = holders.map(({ pid }) => pid).join(", ");
  steps.say(`A killed Pulumi command (pid ${pids}) left the stack locked. Unlocking it.`);
  await pulumi.tell("cancel", "--yes", pulumi.stack);
}

async function checkIsGone(holder: LockHolder, stack: string): Promise<void> {
  if (!(await isRunning(holder, stack))) return;
  throw new UserError(
    `Another Pulumi command is running on the stack ${stack}: ${describeHolder(holder)}.\n` +
      `Wait for it or stop it (kill -INT ${holder.pid}), then run this again.`,
  );
}
