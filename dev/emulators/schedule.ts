/** A delay in milliseconds: fixed, or drawn anew each time between two values. */
export type Delay = number | { readonly from: number; readonly to: number };

/**
 * What happens later. One seed gives the same delays in the same order. Nothing happens after
 * `stop`, and an error in what happens goes to `onError`.
 */
export class Schedule {
  readonly #onError: (what: string, error: unknown) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #random: number;
  #isStopped = false;

  constructor(seed: number, onError: (what: string, error: unknown) => void) {
    this.#random = seed >>> 0;
    this.#onError = onError;
  }

  /** A delay of this kind in milliseconds. */
  draw(delay: Delay): number {
    if (typeof delay === "number") return delay;
    return delay.from + this.#next() * (delay.to - delay.from);
  }

  after(milliseconds: number, what: string, happen: () => void | Promise<void>): void {
    if (this.#isStopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.now(what, happen);
    }, milliseconds);
    this.#timers.add(timer);
  }

  /** Begins at once, and nobody has to wait for it. */
  now(what: string, happen: () => void | Promise<void>): void {
    const running = Promise.resolve()
      .then(happen)
      .catch((error: unknown) => this.#onError(what, error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Forgets what has not begun, and waits for what has. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** A linear congruential generator with the constants of Numerical Recipes; 0 to 1. */
  #next(): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return this.#random / 2 ** 32;
  }
}
