import { UserError } from "../../lib/userError.ts";
import type { Clock } from "./clock.ts";
import { ownerIsGone, type Owner } from "./owner.ts";
import type { Store } from "./store.ts";

/** The lock of a stack's releases, as it is kept. */
export interface LeaseRecord {
  readonly owner: Owner;
  /** Grows with each owner: what an earlier one still writes can be told by it. */
  readonly fence: number;
  /** What the owner does, for people: `release app:v2`. */
  readonly doing: string;
  /** By the owner's clock, milliseconds since 1970; for people only. */
  readonly takenAt: number;
  readonly renewedAt: number;
  readonly isReleased: boolean;
}

/** Without a sign of life for so long an owner is taken for dead. */
export const LEASE_MS = 30_000;
const RENEW_MS = LEASE_MS / 6;
const LOOK_MS = 1000;
export const LOCK = "lock";

/** Another release holds the lock, and lives. */
export class LockedError extends UserError {}

export interface Taker {
  readonly owner: Owner;
  readonly doing: string;
}

/**
 * The right to work on a stack's releases. It ends when its owner says so, or when it has not been
 * renewed for `LEASE_MS`. That is measured by who waits, on its own clock, so that clocks of two machines
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
  readonly #beating = new AbortController();

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
   * Waits until the lock is free or its owner is seen to be dead.
   *
   * @throws LockedError where the owner lives.
   */
  static async take(store: Store, taker: Taker, clock: Clock): Promise<Lease> {
    let seen: { readonly version: string | undefined; readonly since: number } | undefined;
    for (;;) {
      const at = clock.elapsed();
      const there = await store.read(LOCK);
      const held = there && (JSON.parse(there.text) as LeaseRecord);
      const isFree = !held || held.isReleased || (await ownerIsGone(held.owner));
      if (!isFree && seen && seen.version !== there?.version) {
        throw new LockedError(lockedMessage(held));
      }
      seen ??= { version: there?.version, since: at };
      if (isFree || at - seen.since > LEASE_MS) {
        const record = newRecord(taker, (held?.fence ?? 0) + 1, clock.now());
        const version = await store.write(LOCK, JSON.stringify(record), there?.version);
        if (version !== undefined) return new Lease(store, clock, record, version, at);
        // Somebody was first, and lives.
        seen = { version: there?.version, since: at };
      } else {
        await clock.sleep(LOOK_MS);
      }
    }
  }

  /** Renews it until `release`, in the background; what goes wrong is found by `check`. */
  keep(): void {
    void this.#beat(this.#beating.signal);
  }

  /** @throws UserError where the lock may belong to somebody else by now. */
  check(): void {
    if (this.#clock.elapsed() - this.#renewedAt < LEASE_MS && !this.#isLost) return;
    throw new UserError(
      "This release has lost its lock: it could not be renewed in time, or another one has taken it. " +
        "Nothing more is changed from here. See who has it: bluegreen lock show",
    );
  }

  async release(): Promise<void> {
    this.#beating.abort();
    if (!this.#isLost) await this.#write({ ...this.#record, isReleased: true });
  }

  async renew(): Promise<void> {
    const at = this.#clock.elapsed();
    if (await this.#write({ ...this.#record, renewedAt: this.#clock.now() })) this.#renewedAt = at;
  }

  async #write(record: LeaseRecord): Promise<boolean> {
    const text = JSON.stringify(record);
    const version =
      (await this.#store.write(LOCK, text, this.#version)) ?? (await this.#writeOver(text));
    this.#isLost = version === undefined;
    if (version === undefined) return false;
    this.#version = version;
    this.#record = record;
    return true;
  }

  /** An earlier write whose answer was lost has given our own record another version. */
  async #writeOver(text: string): Promise<string | undefined> {
    const there = await this.#store.read(LOCK);
    if (!there || (JSON.parse(there.text) as LeaseRecord).fence !== this.fence) return undefined;
    return this.#store.write(LOCK, text, there.version);
  }

  async #beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#isLost) {
      await this.#clock.sleep(RENEW_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      // A store that does not answer once may do so the next time.
      await this.renew().catch(() => undefined);
    }
  }
}

function newRecord({ owner, doing }: Taker, fence: number, now: number): LeaseRecord {
  return { owner, doing, fence, takenAt: now, renewedAt: now, isReleased: false };
}

function lockedMessage({ owner, doing, takenAt }: LeaseRecord): string {
  const since = new Date(takenAt).toISOString();
  return (
    `Another one works on this stack: ${doing}, by ${owner.user} (pid ${owner.pid} on ` +
    `${owner.host}), since ${since}.\nWait for it, or end it: bluegreen abort`
  );
}
