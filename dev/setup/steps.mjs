import console from "node:console";
import { withLock } from "./lock.mjs";
import { duration } from "../../lib/duration.mjs";

/**
 * @typedef {object} Step
 * @property {string} name for --only
 * @property {string} title what it brings
 * @property {() => Promise<boolean>} isDone cheap; decides whether anything is to be done
 * @property {(tools: Tools) => Promise<string>} bring does it; gives one line on what was done
 * @property {() => string} scope what two runs must not change at the same time
 *
 * @typedef {object} Tools
 * @property {(line: string) => void} note tells the user something on the way
 * @property {boolean} verbose
 */

/**
 * @param {readonly Step[]} steps
 * @param {import("./progress.mjs").Progress} progress
 */
export async function runSteps(steps, progress) {
  const start = Date.now();
  for (const step of steps) {
    if (await step.isDone()) continue;
    await progress.during(step.title, () =>
      withLock(`${step.name} ${step.scope()}`, async () => {
        // Another run may have done it while we waited for the lock.
        if (await step.isDone()) return `${step.title} (by another set-up)`;
        return await step.bring({
          note: (line) => progress.note(line),
          verbose: progress.verbose,
        });
      }),
    );
  }
  console.log(`Set-up: everything is in place (${duration(Date.now() - start)}).`);
}
