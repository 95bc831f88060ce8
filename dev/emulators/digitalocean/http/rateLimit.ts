const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface RateLimits {
  /** Requests in any 60 minutes. */
  readonly perHour: number;
  /** Requests in any 60 seconds. */
  readonly perMinute: number;
}

export interface Allowance {
  readonly isAllowed: boolean;
  /** The vendor's headers; `retry-after` (seconds) only where the request is refused. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The vendor's two limits. A refused request does not count, and the token is not told apart. */
export class RateLimiter {
  readonly #limits: RateLimits;
  /** When requests were taken, in milliseconds, the oldest first; none older than an hour. */
  #taken: number[] = [];

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  take(now: number): Allowance {
    this.#taken = this.#taken.filter((at) => at > now - HOUR_MS);
    const waitMs = this.#waitMs(now);
    if (waitMs === 0) this.#taken.push(now);
    return { isAllowed: waitMs === 0, headers: this.#headers(now, waitMs) };
  }

  /** How long until both windows have room; 0 if they have. */
  #waitMs(now: number): number {
    const { perHour, perMinute } = this.#limits;
    const untilRoom = (limit: number, windowMs: number): number => {
      // With so many requests taken after it, this one must be out of the window.
      const blocking = limit > 0 ? (this.#taken.at(-limit) ?? -Infinity) : now;
      return Math.max(0, blocking + windowMs - now);
    };
    return Math.max(untilRoom(perHour, HOUR_MS), untilRoom(perMinute, MINUTE_MS));
  }

  #headers(now: number, waitMs: number): Record<string, string> {
    const { perHour } = this.#limits;
    const resetMs = (this.#taken[0] ?? now) + HOUR_MS;
    return {
      "ratelimit-limit": String(perHour),
      "ratelimit-remaining": String(Math.max(0, perHour - this.#taken.length)),
      "ratelimit-reset": String(Math.ceil(resetMs / 1000)),
      ...(waitMs > 0 && { "retry-after": String(Math.ceil(waitMs / 1000)) }),
    };
  }
}
