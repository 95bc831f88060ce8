import { now } from "../../load/clock.ts";

/** What the probe met at the public URL in a stretch of time. */
export interface StretchReport {
  readonly requests: number;
  readonly failures: number;
  /** The longest time without the end of a good answer; the stretch's ends count. Milliseconds. */
  readonly longestGapMs: number;
}

/** Counts from its beginning until `end`, for the record of a switch. */
export class Stretch {
  readonly #onEnd: () => void;
  #lastGood: number;
  #requests = 0;
  #failures = 0;
  #longestGapMs = 0;

  /** @param begun Milliseconds since 1970. */
  constructor(begun: number, onEnd: () => void) {
    this.#lastGood = begun;
    this.#onEnd = onEnd;
  }

  add(endedAt: number, hasFailed: boolean): void {
    this.#requests += 1;
    if (hasFailed) {
      this.#failures += 1;
      return;
    }
    this.#longestGapMs = Math.max(this.#longestGapMs, endedAt - this.#lastGood);
    this.#lastGood = endedAt;
  }

  /** What is known so far, while it goes on. */
  report(at = now()): StretchReport {
    return {
      requests: this.#requests,
      failures: this.#failures,
      longestGapMs: Math.max(this.#longestGapMs, at - this.#lastGood),
    };
  }

  end(): StretchReport {
    this.#onEnd();
    return this.report();
  }
}
