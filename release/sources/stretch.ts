import { now } from "../../load/clock.ts";

/** What the probe saw at the public URL in a period. */
export interface StretchReport {
  readonly requests: number;
  readonly failures: number;
  /** The longest time in which no good answer ended, including both ends of the period. Milliseconds. */
  readonly longestGapMs: number;
}

/** Counts from its start until `end`, for the history of a switch. */
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

  /** The counts so far. */
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
