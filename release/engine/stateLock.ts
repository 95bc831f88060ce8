import { localFolder } from "./stateFolder.ts";
import { isAtWork, lockFolder, type LockHolder, lockHolders } from "./lockHolders.ts";
import { UserError } from "../../lib/userError.ts";
import type { Clock } from "../store/clock.ts";
import { openBucket } from "../store/place.ts";

const PATIENCE_MS = 10 * 60_000;

/** Whose state it is, and where that is kept. */
export interface StatePlace {
  readonly backendUrl: string;
  readonly project: string;
  readonly stack: string;
}

/**
 * Waits until no `pulumi up` of a release that was killed works any more: it goes on when who started it
 * has gone. Says whether it left the state's lock, which Pulumi itself never removes.
 *
 * @throws UserError where it does not end, or runs on another machine.
 */
export async function waitForState(place: StatePlace, clock: Clock): Promise<"free" | "left"> {
  const deadline = clock.elapsed() + PATIENCE_MS;
  for (;;) {
    const holders = await holdersOf(place);
    if (holders.length === 0) return "free";
    const working = [];
    for (const holder of holders) if (await isAtWork(holder, place.stack)) working.push(holder);
    if (working.length === 0) return "left";
    if (clock.elapsed() > deadline) throw stillWorks(working);
    await clock.sleep(500);
  }
}

/** None for a backend that keeps no locks in files. */
async function holdersOf({ backendUrl, project, stack }: StatePlace): Promise<LockHolder[]> {
  const folder = localFolder(backendUrl);
  if (folder !== undefined) return lockHolders(folder, project, stack);
  if (!backendUrl.startsWith("s3://")) return [];
  const bucket = await openBucket(backendUrl, lockFolder(project, stack));
  const names = (await bucket.list("")).filter((name) => name.endsWith(".json"));
  const locks = await Promise.all(names.map((name) => bucket.read(name)));
  return locks.flatMap((lock) => (lock ? [JSON.parse(lock.text) as LockHolder] : []));
}

function stillWorks(working: readonly LockHolder[]): UserError {
  const who = working.map(({ username, pid }) => `${username} (pid ${pid})`).join(", ");
  return new UserError(
    `A Pulumi command works on this stack for ${PATIENCE_MS / 60_000} minutes: ${who}.\n` +
      "Let it end, or stop it (kill -INT PID), then: bluegreen resume",
  );
}
