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
 * @returns {Options}
 */
export function parseOptions(words, stepNames) {
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
  const got = name === undefined ? "nothing" : `"${name}"`;
  throw new SetupError(
    "--only needs the name of a step.",
    `Steps are ${stepNames.join(", ")}; got ${got}.`,
    HELP_COMMAND,
  );
}

/** @param {readonly { name: string, title: string }[]} steps */
const listOf = (steps) => steps.map(({ name, title }) => `  ${name.padEnd(21)}${title}`).join("\n");

/**
 * @param {readonly { name: string, title: string }[]} steps
 * @param {readonly { name: string, title: string }[]} onDemand
 */
export const HELP = (steps, onDemand) => `Usage: node dev/setup.mjs [--only STEP]... [--verbose]

Brings everything that the demo and the tests need, and leaves alone what is there.

Steps, in order:
${listOf(steps)}

Only where --only names it:
${listOf(onDemand)}

Options:
  --only STEP     run this step only; may be given several times
  --verbose       show what the commands print
  --help          show this text`;
