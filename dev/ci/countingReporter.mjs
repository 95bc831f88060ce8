import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import console from "node:console";
import process from "node:process";
import Mocha from "mocha";

const SLOW_MS = 60_000;
const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END } = Mocha.Runner.constants;

/**
 * Mocha's usual report; below it the files that took a minute or more, with their hooks. One line
 * `PASSED FAILED` is appended to the file that TEST_COUNTS names, so that a run which starts Mocha
 * several times can add up what really ran.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {import("mocha").Runner} runner
   * @param {import("mocha").MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const times = timesOf(runner);
    runner.once(EVENT_RUN_END, () => {
      printSlow(times);
      const file = process.env["TEST_COUNTS"];
      if (file) appendFileSync(file, `${this.stats.passes} ${this.stats.failures}\n`);
    });
  }
}

/**
 * Milliseconds by file, filled while the tests run. They are the sum of what tests and hooks took,
 * since a file that runs beside others is reported when all of it has ended.
 *
 * @param {import("mocha").Runner} runner
 */
function timesOf(runner) {
  /** @type {Map<string, number>} */
  const times = new Map();
  /** @param {import("mocha").Runnable} ended */
  const add = ({ file, duration }) => {
    if (file) times.set(file, (times.get(file) ?? 0) + (duration ?? 0));
  };
  runner.on(EVENT_TEST_END, add);
  runner.on(EVENT_HOOK_END, add);
  return times;
}

/** @param {ReadonlyMap<string, number>} times */
function printSlow(times) {
  const slow = [...times].filter(([, ms]) => ms >= SLOW_MS).sort(([, a], [, b]) => b - a);
  for (const [file, ms] of slow) {
    console.log(`  ${(ms / 1000).toFixed(0).padStart(5)} s  ${relative(process.cwd(), file)}`);
  }
}
