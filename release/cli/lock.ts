import { UserError } from "../../lib/userError.ts";
import { realClock } from "../store/clock.ts";
import { isOnHold, Lease, LEASE_MS, type LeaseRecord, LOCK, readLock } from "../store/lease.ts";
import { ownerIsGone } from "../store/owner.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { defineCommand } from "./command.ts";
import { EXIT, Refused } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "lock <what>",
  summary: "Show who is working on the stack, hold it yourself, or free it",
  example: 'lock hold --reason "database maintenance" --for 2h --stack prod',
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
    throw new UserError('--reason: must say why. Example: --reason "database maintenance"');
  }
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(time) ?? [];
  if (count === undefined) {
    throw new UserError(`--for: must be minutes, hours or days, got "${time}". Example: --for 2h`);
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

async function showLock({ store, options, screen }: CliContext): Promise<number> {
  const lease = (await readLock(store))?.lease;
  if (options.json) screen.print(JSON.stringify({ place: store.place, lock: lease ?? null }));
  else screen.print(await describeLock(lease));
  return EXIT.ok;
}

async function freeLock(cli: CliContext): Promise<number> {
  const { store, screen, options } = cli;
  const stored = await readLock(store);
  screen.print(await describeLock(stored?.lease));
  if (!stored || stored.lease.isReleased || options.dryRun) return EXIT.ok;
  const { lease, version } = stored;
  const isGone = isOnHold(lease, Date.now()) || (await ownerIsGone(lease.owner));
  await confirm(
    cli,
    isGone ? "No command works on it. Free it?" : "Are you sure that its owner has ended?",
  );
  const text = JSON.stringify({ ...lease, isReleased: true });
  if ((await store.write(LOCK, text, version)) === undefined) {
    throw new Refused(
      "The owner of the lock is alive: it has just renewed it. Nothing was changed.",
    );
  }
  screen.print("The lock is free.");
  return EXIT.ok;
}

/** For people: who holds it, for what, and when it ends by itself. */
export async function describeLock(lease: LeaseRecord | undefined): Promise<string> {
  const now = Date.now();
  if (!lease || lease.isReleased) return "free";
  const { owner, doing, takenAt, renewedAt, heldUntil, fence } = lease;
  const by = `${owner.user} (pid ${owner.pid} on ${owner.host})`;
  if (heldUntil !== undefined) {
    const until = new Date(heldUntil).toISOString();
    return isOnHold(lease, now) ? `held by ${owner.user} until ${until}: ${doing}` : "free";
  }
  if (await ownerIsGone(owner)) return `free: "${doing}" by ${by} has ended without freeing it`;
  const ago = Math.max(0, Math.round((now - renewedAt) / 1000));
  const state =
    now - renewedAt > LEASE_MS
      ? `its command seems dead: the next one takes the lock within ${LEASE_MS / 1000} s`
      : `renewed ${ago} s ago`;
  const since = new Date(takenAt).toISOString();
  return `held for "${doing}" by ${by} since ${since}, ${state}, number ${fence}`;
}
