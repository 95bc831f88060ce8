/** Thrown once the user has asked the demo to stop. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Remembers that the user asked to stop, and notifies running work. */
export class Interruption {
  readonly #listeners = new Set<() => void>();
  #isRequested = false;

  /** Handles the signals. Calls `notice` at the first one. */
  listen(notice: () => void): void {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (!this.#isRequested) notice();
        this.#isRequested = true;
        for (const listener of this.#listeners) listener();
      });
    }
  }

  get isRequested(): boolean {
    return this.#isRequested;
  }

  /** @throws Interrupted once the user has asked to stop. */
  check(): void {
    if (this.#isRequested) throw new Interrupted();
  }

  /** Calls back at each signal, until the returned function is called. */
  onEach(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws Interrupted as soon as the user asks to stop. */
  sleep(ms: number): Promise<void> {
    this.check();
    return new Promise((resolve, reject) => {
      const stopListening = this.onEach(() => {
        clearTimeout(timer);
        reject(new Interrupted());
      });
      const timer = setTimeout(() => {
        stopListening();
        resolve();
      }, ms);
    });
  }
}
