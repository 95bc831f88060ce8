import { setTimeout as sleep } from "node:timers/promises";
import { now } from "./clock.ts";

/**
 * Hands out start times that are at least 1/rate apart over all workers. A late timer delays one
 * request, not the ones after it.
 */
export class Pacer {
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  #nextAt = 0;

  constructor(ratePerSecond: number, signal: AbortSignal) {
    this.#intervalMs = 1000 / ratePerSecond;
    this.#signal = signal;
  }

  /** Resolves when the caller may send; immediately after the signal. */
  async turn(): Promise<void> {
    const time = now();
    const at = Math.max(this.#nextAt, time);
    this.#nextAt = at + this.#intervalMs;
    if (at > time) await pause(at - time, this.#signal);
  }
}

export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // Rejects only when the signal ends it early, which is a normal end here.
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
