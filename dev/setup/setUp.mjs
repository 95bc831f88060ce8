import console from "node:console";
import { LANES, ON_DEMAND, WORK } from "./allSteps.mjs";
import { duration } from "../../lib/duration.mjs";
import { Progress } from "./progress.mjs";
import { runSteps } from "./steps.mjs";

/**
 * Brings what steps of these names bring, and says when all of it is there.
 * @param {readonly string[]} names
 * @param {boolean} [verbose] pass on what commands print
 * @throws {import("./failure.mjs").SetupError} where something can't be brought
 */
export async function setUp(names, verbose = false) {
  const start = Date.now();
  const progress = new Progress(verbose);
  const chosen = (/** @type {readonly import("./steps.mjs").Step[]} */ lane) =>
    lane.filter(({ name }) => names.includes(name));
  await runSteps(LANES.map(chosen), progress);
  await runSteps([chosen(ON_DEMAND)], progress);
  console.log(`Set-up: everything is in place (${duration(Date.now() - start)}).`);
}

/**
 * Brings what a kind of work needs.
 * @param {string} work
 */
export async function setUpFor(work) {
  await setUp(WORK[work] ?? []);
}
