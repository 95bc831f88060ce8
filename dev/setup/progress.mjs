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
  }

  /**
   * Shows that the work goes on for as long as it does, then one line with its result.
   * @param {string} title what is being done
   * @param {() => Promise<string>} work gives what was done
   */
  async during(title, work) {
    const start = Date.now();
    let said = 0;
    const timer = setInterval(() => {
      const elapsed = Date.now() - start;
      if (elapsed < QUIET_MS) return;
      if (this.live) process.stdout.write(`\r\x1b[K...  ${title} (${duration(elapsed)})`);
      else if (said === 0 || elapsed - said >= PLAIN_EVERY_MS) {
        said = elapsed;
        console.log(`...  ${title} (${duration(elapsed)})`);
      }
    }, 500);
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
