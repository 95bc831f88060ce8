import { SetupError } from "./failure.mjs";

/**
 * @typedef {object} Options
 * @property {readonly string[] | undefined} only names of the steps to run; all when absent
 * @property {boolean} help
 * @property {boolean} verbose
 */

/**
 * @param {readonly string[]} words
 * @param {readonly string[]} stepNames
 * @param {Readonly<Record<string, readonly string[]>>} [work] the steps that a kind of work needs
 * @returns {Options}
 */
export function parseOptions(words, stepNames, work = {}) {
  /** @type {string[]} */
  const only = [];
  let help = false;
  let verbose = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === "--help" || word === "-h") help = true;
    else if (word === "--verbose" || word === "-v") verbose = true;
    else if (word === "--only") only.push(stepName(words[++at], stepNames));
    else if (word?.startsWith("--only=")) only.push(stepName(word.slice(7), stepNames));
    else if (word === "--for") only.push(...stepsFor(words[++at], work));
    else if (word?.startsWith("--for=")) only.push(...stepsFor(word.slice(6), work));
    else throw new SetupError(`unknown option ${word}.`, "See the list of options.", HELP_COMMAND);
  }
  return { only: only.length > 0 ? only : undefined, help, verbose };
}

const HELP_COMMAND = "node dev/setup.mjs --help";

/**
 * @param {string | undefined} name
 * @param {readonly string[]} stepNames
 */
function stepName(name, stepNames) {
  if (name !== undefined && stepNames.includes(name)) return name;
  throw new SetupError(
    "--only needs the name of a step.",
    `Steps are ${stepNames.join(", ")}; got ${shown(name)}.`,
    HELP_COMMAND,
  );
}

/**
 * @param {string | undefined} name
 * @param {Readonly<Record<string, readonly string[]>>} work
 */
function stepsFor(name, work) {
  const steps = Object.hasOwn(work, name ?? "") ? work[name ?? ""] : undefined;
  if (steps) return steps;
  throw new SetupError(
    "--for needs a kind of work.",
    `Kinds are ${Object.keys(work).join(", ")}; got ${shown(name)}.`,
    HELP_COMMAND,
  );
}

/** @param {string | undefined} name */
const shown = (name) => (name === undefined ? "nothing" : `"${name}"`);

/** @param {readonly { name: string, title: string }[]} steps */
const listOf = (steps) => steps.map(({ name, title }) => `  ${name.padEnd(21)}${title}`).join("\n");

/**
 * @param {readonly { name: string, title: string }[]} steps
 * @param {readonly { name: string, title: string }[]} onDemand
 * @param {readonly string[]} work
 */
export const HELP = (
  steps,
  onDemand,
  work,
) => `Usage: node dev/setup.mjs [--for WORK] [--only STEP]... [--verbose]

Brings everything that the demo and the tests need, and leaves alone what is there.

Steps:
${listOf(steps)}

Only where --only names it:
${listOf(onDemand)}

Options:
  --for WORK      run what this work needs: ${work.join(", ")}
  --only STEP     run this step only; may be given several times
  --verbose       show what the commands print
  --help          show this text`;
