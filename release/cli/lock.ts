import { type LeaseRecord, LOCK, readLock } from "../store/lease.ts";
import { ownerIsGone } from "../store/owner.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { defineCommand } from "./command.ts";
import { EXIT, Refused } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "lock <what>",
  summary: "Show who is working on the stack, or free the lock of a command that has died",
  example: "lock show --stack prod",
  flags: (args) =>
    args.positional("what", { choices: ["show", "release"] as const, demandOption: true }),
  run: (cli, { what }) => (what === "show" ? showLock(cli) : freeLock(cli)),
});

async function showLock({ store, options, screen }: CliContext): Promise<number> {
  const lease = (await readLock(store))?.lease;
  if (options.json) screen.print(JSON.stringify({ place: store.place, lock: lease ?? null }));
  else screen.print(describeLock(lease, Date.now()));
  return EXIT.ok;
}

async function freeLock(cli: CliContext): Promise<number> {
  const { store, screen, options } = cli;
  const stored = await readLock(store);
  screen.print(describeLock(stored?.lease, Date.now()));
  if (!stored || stored.lease.isReleased || options.dryRun) return EXIT.ok;
  const { lease, version } = stored;
  const isGone = await ownerIsGone(lease.owner);
  await confirm(
    cli,
    isGone ? "Its owner has ended. Free it?" : "Are you sure that its owner has ended?",
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

export function describeLock(lease: LeaseRecord | undefined, now: number): string {
  if (!lease || lease.isReleased) return "free";
  const { owner, doing, takenAt, renewedAt, fence } = lease;
  const ago = Math.max(0, Math.round((now - renewedAt) / 1000));
  const since = new Date(takenAt).toISOString();
  return (
    `held for "${doing}" by ${owner.user} (pid ${owner.pid} on ${owner.host}) since ${since}, ` +
    `renewed ${ago} s ago, number ${fence}`
  );
}
