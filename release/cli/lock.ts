import { duration } from "../../lib/duration.mjs";
import { UsageError } from "../../lib/userError.ts";
import { realClock } from "../store/clock.ts";
import {
  deadOwner,
  Lease,
  LEASE_MS,
  type LeaseRecord,
  LOCK,
  lockState,
  type LockState,
  readLock,
} from "../store/lease.ts";
import { ownerIsGone } from "../store/owner.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { defineCommand } from "./command.ts";
import { EXIT, Refused } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "lock <what>",
  summary: "Show who is working on the stack, hold it yourself, or free it",
  examples: ['lock hold --reason "database maintenance" --for 2h --stack prod'],
  flags: (args) =>
    args
      .positional("what", { choices: ["show", "hold", "release"] as const, demandOption: true })
      .option("reason", { type: "string", describe: "For hold: what others are told" })
      .option("for", { type: "string", default: "1h", describe: "For hold: 30m, 2h or 1d" }),
  run: (cli, { what, reason, for: time }) => {
    if (what === "show") return showLock(cli);
    return what === "hold" ? holdLock(cli, reason, time) : freeLock(cli);
  },
});

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** No release starts until the time is over, or `lock release`. */
async function holdLock(
  { store, owner, options, screen }: CliContext,
  reason: string | undefined,
  time: string,
): Promise<number> {
  if (!reason) {
    throw new UsageError('--reason: must say why. Example: --reason "database maintenance"');
  }
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(time) ?? [];
  if (count === undefined) {
    throw new UsageError(`--for: must be minutes, hours or days, got "${time}". Example: --for 2h`);
  }
  const until = realClock.now() + Number(count) * UNITS[unit as keyof typeof UNITS];
  if (!options.dryRun) {
    const lease = await Lease.take(store, { owner, doing: reason }, realClock);
    await lease.hold(until);
  }
  screen.print(
    `No release starts before ${new Date(until).toISOString()}, or: bluegreen lock release`,
  );
  return EXIT.ok;
}

async function showLock({ store, options, screen, answer }: CliContext): Promise<number> {
  const lease = (await readLock(store))?.lease;
  const lock = await lockStatus(lease);
  if (options.json) answer("lock", { place: store.place, lock });
  else screen.print(describeLock(lock));
  return EXIT.ok;
}

async function freeLock(cli: CliContext): Promise<number> {
  const { store, screen, options } = cli;
  const stored = await readLock(store);
  const status = await lockStatus(stored?.lease);
  screen.print(describeLock(status));
  if (!stored || stored.lease.isReleased || options.dryRun) return EXIT.ok;
  const { lease, version } = stored;
  const isGone = status?.state !== "held";
  await confirm(
    cli,
    isGone ? "No command works on it. Free it?" : "Are you sure that its owner has ended?",
  );
  const dead = status?.state === "dead" ? deadOwner(lease) : lease.dead;
  const text = JSON.stringify({ ...lease, isReleased: true, ...(dead && { dead }) });
  if ((await store.write(LOCK, text, version)) === undefined) {
    throw new Refused(
      "The owner of the lock is alive: it has just renewed it. Nothing was changed.",
    );
  }
  screen.print("The lock is free.");
  return EXIT.ok;
}

/** A lock with what is known of its owner; null before the first release. */
export type LockStatus = LeaseRecord & {
  readonly state: LockState;
  /** ISO 8601; when another command can have it at the latest, if its owner does not renew it. */
  readonly freesAt?: string;
};

export async function lockStatus(lease: LeaseRecord | undefined): Promise<LockStatus | null> {
  if (!lease) return null;
  const now = Date.now();
  const state = lockState(lease, await ownerIsGone(lease.owner), now);
  if (state === "free") return { ...lease, state };
  const until = lease.heldUntil ?? Math.max(now, lease.renewedAt + LEASE_MS);
  return { ...lease, state, freesAt: new Date(until).toISOString() };
}

/** For people: who holds it, for what, and when it ends by itself. */
export function describeLock(lock: LockStatus | null): string {
  if (!lock || lock.state === "free") return "free";
  const { owner, doing, takenAt, renewedAt, fence, freesAt, state } = lock;
  if (state === "on-hold") return `held by ${owner.user} until ${freesAt}: ${doing}`;
  const by = `${owner.user} (pid ${owner.pid} on ${owner.host})`;
  const since = new Date(takenAt).toISOString();
  const silent = Math.max(0, Date.now() - renewedAt);
  if (state === "dead") {
    return (
      `free: "${doing}" by ${by} is dead, without a sign of life for ${duration(silent)}; ` +
      `the next command takes the lock, within ${LEASE_MS / 1000} s`
    );
  }
  return (
    `held for "${doing}" by ${by} since ${since}, renewed ${duration(silent)} ago, number ${fence}; ` +
    `free at ${freesAt} if it dies now`
  );
}
