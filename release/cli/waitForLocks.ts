import { hostname } from "node:os";
import { describeHolder, isRunning, lockHolders, statePlace } from "../engine/stateLock.ts";
import { realClock } from "../store/clock.ts";
import { LockedError, readLock } from "../store/lease.ts";
import type { CliContext } from "./cliContext.ts";
import { describeLock, lockStatus } from "./lock.ts";

const POLL_MS = 2000;

/**
 * Waits until neither another release nor a Pulumi command works on the stack, before anything is planned: what
 * they leave may differ from what is there now. After the time the caller's own checks refuse.
 */
export async function waitForLocks(cli: CliContext, seconds: number): Promise<void> {
  const deadline = realClock.elapsed() + seconds * 1000;
  for (let told = ""; ;) {
    const holder = await holderOf(cli);
    if (holder === undefined || realClock.elapsed() >= deadline) return;
    if (holder !== told) cli.report({ event: "info", text: `Waiting for the lock, ${holder}` });
    told = holder;
    await realClock.sleep(POLL_MS);
  }
}

/** @throws LockedError if a Pulumi command works on the stack's state: an `up` of ours would fail halfway. */
export async function refuseStateLock(cli: CliContext): Promise<void> {
  const holder = await stateLockHolder(cli);
  if (holder === undefined) return;
  throw new LockedError(
    `A Pulumi command works on ${cli.stack}: ${holder}. Wait for it: --wait-for-lock 600. ` +
      `If it no longer runs there: npx pulumi cancel --yes ${cli.stack}`,
  );
}

async function holderOf(cli: CliContext): Promise<string | undefined> {
  const lock = await lockStatus((await readLock(cli.store))?.lease);
  if (lock?.state === "held") return `held by ${lock.owner.user} for "${lock.doing}"`;
  if (lock?.state === "on-hold") return describeLock(lock);
  const holder = await stateLockHolder(cli);
  return holder === undefined ? undefined : `held by Pulumi for ${holder}`;
}

/** The command that holds Pulumi's own lock. One on another machine counts as living: it can't be checked from here. */
async function stateLockHolder({ project, names }: CliContext): Promise<string | undefined> {
  const stack = names.stack.slice(names.stack.indexOf("/") + 1);
  for (const holder of await lockHolders(statePlace(project, stack))) {
    const isHere = holder.hostname === hostname();
    if (!isHere || (await isRunning(holder, stack))) return describeHolder(holder);
  }
  return undefined;
}
