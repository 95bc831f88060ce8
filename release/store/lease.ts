import { UserError } from "../../lib/userError.ts";
import type { Clock } from "./clock.ts";
import { ownerIsGone, type Owner } from "./owner.ts";
import type { Store } from "./store.ts";

/** The lock of a stack's releases, as stored. */
export interface LeaseRecord {
  readonly owner: Owner;
  /** Grows with each owner, which tells writes of earlier owners apart. */
  readonly fence: number;
  /** For people: `release app:v2`. */
  readonly doing: string;
  /** By the owner's clock, milliseconds since 1970; for people only. */
  readonly takenAt: number;
  readonly renewedAt: number;
  readonly isReleased: boolean;
  /** For a lock that a person holds without a process: until then no release starts. Milliseconds since 1970. */
  readonly heldUntil?: number;
  /** The last owner that ended without freeing the lock. */
  readonly dead?: DeadOwner;
}

/** An owner whose lock was taken over. Its number can't come back, so it changes nothing any more. */
export interface DeadOwner {
  readonly host: string;
  readonly fence: number;
  /** The time of its lock, by its own clock. */
  readonly takenAt: number;
  readonly renewedAt: number;
}

/** An owner that has not renewed the lock for this long is considered dead. */
export const LEASE_MS = 30_000;
const RENEW_MS = LEASE_MS / 6;
const POLL_MS = 1000;
export const LOCK = "lock";

/** The lock as it is now, freed or not; undefined before the first release. */
export async function readLock(
  store: Store,
): Promise<{ readonly lease: LeaseRecord; readonly version: string } | undefined> {
  const stored = await store.read(LOCK);
  return stored && { lease: JSON.parse(stored.text) as LeaseRecord, version: stored.version };
}

/** A live command holds the lock. */
export class LockedError extends UserError {}

export interface Taker {
  readonly owner: Owner;
  readonly doing: string;
}

/**
 * The right to work on a stack's releases. It ends when its owner frees it, or when it has not been
 * renewed for `LEASE_MS`. The waiting command measures that on its own clock: the clocks of two machines
 * need not agree.
 */
export class Lease {
  readonly fence: number;
  readonly #store: Store;
  readonly #clock: Clock;
  #record: LeaseRecord;
  #version: string;
  #renewedAt: number;
  #isLost = false;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #renewing = new AbortController();

  private constructor(
    store: Store,
    clock: Clock,
    record: LeaseRecord,
    version: string,
    at: number,
  ) {
    this.fence = record.fence;
    this.#store = store;
    this.#clock = clock;
    this.#record = record;
    this.#version = version;
    this.#renewedAt = at;
  }

  /**
   * Waits until the lock is free or its owner proves dead.
   *
   * @throws LockedError if the owner is alive.
   */
  static async take(store: Store, taker: Taker, clock: Clock): Promise<Lease> {
    let seen: { readonly version: string | undefined; readonly since: number } | undefined;
    for (;;) {
      const at = clock.elapsed();
      const stored = await readLock(store);
      const held = stored?.lease;
      if (held && isOnHold(held, clock.now())) throw new LockedError(holdMessage(held));
      const isOver = !held || held.isReleased || held.heldUntil !== undefined;
      const isFree = isOver || (await ownerIsGone(held.owner));
      if (!isFree && seen && seen.version !== stored?.version) {
        throw new LockedError(lockedMessage(held));
      }
      seen ??= { version: stored?.version, since: at };
      if (isFree || at - seen.since > LEASE_MS) {
        const record = newRecord(taker, held, clock.now());
        const version = await store.write(LOCK, JSON.stringify(record), stored?.version);
        if (version !== undefined) return new Lease(store, clock, record, version, at);
        // Another command was first, and is alive.
        seen = { version: stored?.version, since: at };
      } else {
        await clock.sleep(POLL_MS);
      }
    }
  }

  /** Renews it in the background, until `free`. `check` finds out if that fails. */
  startRenewing(): void {
    void this.#keepRenewing(this.#renewing.signal);
  }

  /** Whoever had the lock before and died; known to later owners too. */
  get dead(): DeadOwner | undefined {
    return this.#record.dead;
  }

  /** Whether no other command can have the lock. */
  get isHeld(): boolean {
    return this.#clock.elapsed() - this.#renewedAt < LEASE_MS && !this.#isLost;
  }

  /** Whether another command has the lock now. A store that does not answer leaves this open. */
  get isTaken(): boolean {
    return this.#isLost;
  }

  /** @throws UserError if another command may have the lock by now. */
  check(): void {
    if (this.isHeld) return;
    throw new UserError(
      "This release has lost its lock: it was not renewed in time, or another command has taken it. " +
        "This command changes nothing more. Show the owner: bluegreen lock show",
    );
  }

  /** Leaves the lock to no process; it ends by itself. `lock release` ends it sooner. */
  async hold(until: number): Promise<void> {
    await this.#write({ ...this.#record, heldUntil: until });
    this.check();
  }

  async free(): Promise<void> {
    this.#renewing.abort();
    if (!this.#isLost) await this.#write({ ...this.#record, isReleased: true });
  }

  async renew(): Promise<void> {
    const at = this.#clock.elapsed();
    if (await this.#write({ ...this.#record, renewedAt: this.#clock.now() })) this.#renewedAt = at;
  }

  /** In sequence: of two writes at the same time, the second would take the first for another command's. */
  #write(record: LeaseRecord): Promise<boolean> {
    const writing = this.#writing.then(() => this.#writeNow(record));
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async #writeNow(record: LeaseRecord): Promise<boolean> {
    const text = JSON.stringify(record);
    const version = await this.#store.write(LOCK, text, this.#version);
    this.#isLost = version === undefined;
    if (version === undefined) return false;
    this.#version = version;
    this.#record = record;
    return true;
  }

  async #keepRenewing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#isLost) {
      await this.#clock.sleep(RENEW_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      // A store that fails once may answer the next time.
      await this.renew().catch(() => undefined);
    }
  }
}

function newRecord(
  { owner, doing }: Taker,
  held: LeaseRecord | undefined,
  now: number,
): LeaseRecord {
  const fence = (held?.fence ?? 0) + 1;
  const dead = held && deadOwner(held);
  return {
    ...{ owner, doing, fence, takenAt: now, renewedAt: now, isReleased: false },
    ...(dead && { dead }),
  };
}

/** Of a record that another command takes over. */
export function deadOwner({
  isReleased,
  heldUntil,
  ...record
}: LeaseRecord): DeadOwner | undefined {
  if (isReleased || heldUntil !== undefined) return record.dead;
  const { owner, fence, takenAt, renewedAt } = record;
  return { host: owner.host, fence, takenAt, renewedAt };
}

/**
 * What is known of the lock. `dead`: its owner has not renewed it for longer than a live one would, and the
 * next command takes it over after watching it for `LEASE_MS`.
 */
export type LockState = "free" | "held" | "on-hold" | "dead";

/** @param isGone Whether its owner ran here and has ended. */
export function lockState(lease: LeaseRecord | undefined, isGone: boolean, now: number): LockState {
  if (!lease || lease.isReleased) return "free";
  if (lease.heldUntil !== undefined) return now < lease.heldUntil ? "on-hold" : "free";
  return isGone || now - lease.renewedAt > LEASE_MS ? "dead" : "held";
}

/** Whether a person holds the lock. */
export function isOnHold({ isReleased, heldUntil = 0 }: LeaseRecord, now: number): boolean {
  return !isReleased && now < heldUntil;
}

function holdMessage({ owner, doing, heldUntil = 0 }: LeaseRecord): string {
  const until = new Date(heldUntil).toISOString();
  return (
    `${owner.user} on ${owner.host} holds this stack until ${until}: ${doing}.\n` +
    "To end that sooner: bluegreen lock release"
  );
}

function lockedMessage({ owner, doing, takenAt }: LeaseRecord): string {
  const since = new Date(takenAt).toISOString();
  return (
    `Another command is working on this stack: ${doing}, by ${owner.user} (pid ${owner.pid} on ` +
    `${owner.host}), since ${since}.\nWait for it, or abort it: bluegreen abort`
  );
}
