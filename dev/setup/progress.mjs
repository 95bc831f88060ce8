import console from "node:console";
import process from "node:process";
import { clearInterval, setInterval } from "node:timers";
import { duration } from "../../lib/duration.mjs";

/** Shorter work is not worth a line of its own while it runs. */
const QUIET_MS = 2000;
/** How often a pipe is told that work goes on. */
const PLAIN_EVERY_MS = 10_000;

/** Tells the user what set-up does: a live line on a terminal, plain lines in a pipe. */
export class Progress {
  /** @param {boolean} verbose pass on what commands print */
  constructor(verbose) {
    this.verbose = verbose;
    this.live = process.stdout.isTTY === true && !verbose;
    /** What goes on now. @type {Map<string, { start: number, said: number }>} */
    this.running = new Map();
  }

  /**
   * Shows that the work goes on for as long as it does, then one line with its result. Several may
   * go on at the same time.
   * @param {string} title what is being done
   * @param {() => Promise<string>} work gives what was done
   */
  async during(title, work) {
    const start = Date.now();
    this.running.set(title, { start, said: 0 });
    const timer = setInterval(() => this.show(Date.now()), 500);
    try {
      const done = await work();
      this.clear();
      console.log(`ok   ${done}, ${duration(Date.now() - start)}`);
    } catch (error) {
      this.clear();
      console.log(`FAIL ${title}, ${duration(Date.now() - start)}`);
      throw error;
    } finally {
      clearInterval(timer);
      this.running.delete(title);
    }
  }

  /** @param {number} now */
  show(now) {
    const long = [...this.running].filter(([, { start }]) => now - start >= QUIET_MS);
    if (long.length === 0) return;
    if (this.live) {
      const line = long.map(([title, { start }]) => `${title} (${duration(now - start)})`);
      // A line that wraps could not be erased.
      const width = (process.stdout.columns ?? 80) - 1;
      process.stdout.write(`\r\x1b[K${`...  ${line.join(", ")}`.slice(0, width)}`);
      return;
    }
    for (const [title, entry] of long) {
      const elapsed = now - entry.start;
      if (entry.said !== 0 && elapsed - entry.said < PLAIN_EVERY_MS) continue;
      entry.said = elapsed;
      console.log(`...  ${title} (${duration(elapsed)})`);
    }
  }

  /** @param {string} line */
  note(line) {
    this.clear();
    console.log(`     ${line}`);
  }

  clear() {
    if (this.live) process.stdout.write("\r\x1b[K");
  }
}
