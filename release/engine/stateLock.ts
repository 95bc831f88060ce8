import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import type { Clock } from "../store/clock.ts";
import { type DeadOwner, LEASE_MS } from "../store/lease.ts";
import { localFolder, openBucket } from "../store/openStore.ts";
import type { ProjectFiles } from "./projectFiles.ts";

const PATIENCE_MS = 10 * 60_000;
const POLL_MS = 500;

/** The command that holds a Pulumi lock, as recorded in the lock. */
export interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** A stack's state, and where it is kept. */
export interface StatePlace {
  readonly backendUrl: string;
  readonly project: string;
  readonly stack: string;
}

export function statePlace({ backendUrl, name }: ProjectFiles, stack: string): StatePlace {
  return { backendUrl, project: name, stack };
}

/**
 * Waits until no Pulumi command works on the state: the `pulumi up` of a killed release continues on its
 * own. `stale` is a lock whose command has ended, which Pulumi itself never removes.
 *
 * @param dead The last owner of our lock that has died.
 * @throws UserError if the command does not end, or runs on another machine that may be alive.
 */
export async function waitForStateLock(
  place: StatePlace,
  clock: Clock,
  dead?: DeadOwner,
): Promise<"free" | "stale"> {
  const deadline = clock.elapsed() + PATIENCE_MS;
  for (;;) {
    const holders = await lockHolders(place);
    if (holders.length === 0) return "free";
    const running = [];
    for (const holder of holders) {
      if (!isOfDeadOwner(holder, dead) && (await isRunning(holder, place.stack))) {
        running.push(holder);
      }
    }
    if (running.length === 0) return "stale";
    if (clock.elapsed() > deadline) throw stillRunning(running);
    await clock.sleep(POLL_MS);
  }
}

/**
 * Whether a machine that has died with our lock took this one: the times are by that machine's own clock. On
 * this machine the process itself is checked.
 */
export function isOfDeadOwner(holder: LockHolder, dead: DeadOwner | undefined): boolean {
  if (!dead || holder.hostname !== dead.host || dead.host === hostname()) return false;
  const lockedAt = Date.parse(holder.timestamp);
  return lockedAt >= dead.takenAt && lockedAt <= dead.renewedAt + LEASE_MS;
}

/** Where Pulumi keeps a stack's locks in a folder or a bucket, one file each. */
export function lockFolder(project: string, stack: string): string {
  return join(".pulumi", "locks", "organization", project, stack);
}

/** None for a backend that keeps no locks in files. */
export async function lockHolders(place: StatePlace): Promise<LockHolder[]> {
  const { backendUrl, project, stack } = place;
  const folder = localFolder(backendUrl);
  const texts =
    folder !== undefined
      ? await textsInFolder(join(folder, lockFolder(project, stack)))
      : backendUrl.startsWith("s3://")
        ? await textsInBucket(place)
        : [];
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as LockHolder]));
}

/** A command that ends in the meantime removes its file. */
async function textsInFolder(folder: string): Promise<(string | undefined)[]> {
  const files = await readdir(folder).catch(() => []);
  const locks = files.filter((file) => file.endsWith(".json"));
  return Promise.all(
    locks.map((file) => readFile(join(folder, file), "utf8").catch(() => undefined)),
  );
}

async function textsInBucket(place: StatePlace): Promise<(string | undefined)[]> {
  const bucket = await openBucket(place.backendUrl, lockFolder(place.project, place.stack));
  const names = (await bucket.list("")).filter((name) => name.endsWith(".json"));
  return Promise.all(names.map(async (name) => (await bucket.read(name))?.text));
}

/** @throws UserError if the command ran on another machine, where its process can't be checked. */
export async function isRunning(holder: LockHolder, stack: string): Promise<boolean> {
  if (holder.hostname === hostname()) return isPulumi(holder.pid);
  throw new UserError(
    `The stack ${stack} is locked by ${describeHolder(holder)}.\n` +
      `If that command no longer runs there: npx pulumi cancel --yes ${stack}`,
  );
}

export function describeHolder({ username, pid, hostname: host, timestamp }: LockHolder): string {
  return `${username} (pid ${pid} on ${host}, since ${timestamp})`;
}

/** The pid may have been reused by another program. */
async function isPulumi(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "pulumi");
  return command.includes("pulumi");
}

function stillRunning(running: readonly LockHolder[]): UserError {
  const who = running.map(({ username, pid }) => `${username} (pid ${pid})`).join(", ");
  return new UserError(
    `A Pulumi command has been working on this stack for ${PATIENCE_MS / 60_000} minutes: ${who}.\n` +
      "Wait for it, or stop it (kill -INT PID), then: bluegreen resume",
  );
}
