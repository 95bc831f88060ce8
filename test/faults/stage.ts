import { pause } from "../helpers/asking.ts";

/** Where the people of a trial and what goes wrong meet. */
export class Stage {
  /** The command that runs. */
  pid: number | undefined;
  /** All that it has printed. */
  said = "";
  /** Whether a fault strikes now. Several may at the same time. */
  #striking = 0;
  #isLooking = false;

  /** Waits until no fault strikes, and keeps the next one waiting meanwhile. */
  async look<T>(work: () => Promise<T>): Promise<T> {
    this.#isLooking = true;
    try {
      while (this.#striking > 0) await pause(20);
      return await work();
    } finally {
      this.#isLooking = false;
    }
  }

  async strike<T>(work: () => Promise<T>): Promise<T> {
    while (this.#isLooking) await pause(20);
    this.#striking++;
    try {
      return await work();
    } finally {
      this.#striking--;
    }
  }
}
