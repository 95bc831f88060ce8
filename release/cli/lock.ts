import { EXIT } from "./exitCodes.ts";
import { Refused } from "./refused.ts";
import { LOCK, type LeaseRecord } from "../store/lease.ts";
import { ownerIsGone } from "../store/owner.ts";
import { confirm } from "./confirm.ts";
import type { CliContext } from "./cliContext.ts";

/** `bluegreen lock show` */
export async function lockShow({ store, options, screen }: CliContext): Promise<number> {
  const there = await store.read(LOCK);
  const record = there && (JSON.parse(there.text) as LeaseRecord);
  if (options.json) screen.print(JSON.stringify({ place: store.place, lock: record ?? null }));
  else screen.print(describeLock(record, Date.now()));
  return EXIT.ok;
}

/** `bluegreen lock release`: for an owner of whom it is known that it is gone. */
export async function lockRelease(cli: CliContext): Promise<number> {
  const { store, screen, options } = cli;
  const there = await store.read(LOCK);
  const record = there && (JSON.parse(there.text) as LeaseRecord);
  if (!there || !record || record.isReleased) {
    screen.print(describeLock(record, Date.now()));
    return EXIT.ok;
  }
  screen.print(describeLock(record, Date.now()));
  if (options.dryRun) return EXIT.ok;
  const isGone = await ownerIsGone(record.owner);
  await confirm(cli, isGone ? "Its owner is gone. Free it?" : "Is its owner gone for certain?");
  const text = JSON.stringify({ ...record, isReleased: true });
  if ((await store.write(LOCK, text, there.version)) === undefined) {
    throw new Refused("The owner of the lock lives: it has just renewed it. Nothing was changed.");
  }
  screen.print("The lock is free.");
  return EXIT.ok;
}

export function describeLock(record: LeaseRecord | undefined, now: number): string {
  if (!record || record.isReleased) return "free";
  const { owner, doing, takenAt, renewedAt, fence } = record;
  const ago = Math.max(0, Math.round((now - renewedAt) / 1000));
  const since = new Date(takenAt).toISOString();
  return (
    `held for "${doing}" by ${owner.user} (pid ${owner.pid} on ${owner.host}) since ${since}, ` +
    `renewed ${ago} s ago, number ${fence}`
  );
}
