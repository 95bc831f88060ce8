import { withLock } from "./lock.mjs";

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
 * Brings what is not there yet. Where a step fails, the others that run are let to their end, so that
 * nothing is left half-way, and no other one begins.
 * @param {readonly (readonly Step[])[]} lanes run beside each other, the steps of one in their order
 * @param {import("./progress.mjs").Progress} progress
 */
export async function runSteps(lanes, progress) {
  let hasFailed = false;
  /** @param {readonly Step[]} lane */
  const runLane = async (lane) => {
    for (const step of lane) {
      if (hasFailed) return;
      try {
        await runStep(step, progress);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(lanes.map(runLane));
  const failed = ends.find(({ status }) => status === "rejected");
  if (failed) throw /** @type {PromiseRejectedResult} */ (failed).reason;
}

/**
 * @param {Step} step
 * @param {import("./progress.mjs").Progress} progress
 */
async function runStep(step, progress) {
  if (await step.isDone()) return;
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
