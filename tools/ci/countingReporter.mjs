import { appendFileSync } from "node:fs";
import process from "node:process";
import Mocha from "mocha";

/**
 * Mocha's usual report, and one line `PASSED FAILED` appended to the file that TEST_COUNTS names,
 * so that a run which starts Mocha several times can add up what really ran.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {import("mocha").Runner} runner
   * @param {import("mocha").MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env["TEST_COUNTS"];
    if (!file) return;
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      appendFileSync(file, `${this.stats.passes} ${this.stats.failures}\n`);
    });
  }
}
