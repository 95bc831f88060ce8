import { canInstall, install } from "./apt.mjs";
import { SetupError } from "./failure.mjs";
import { run } from "./run.mjs";

/**
 * From Debian's packages, where it is missing and we may install it.
 * @param {string} name
 * @param {readonly string[]} test what it is asked to see that it is there
 * @param {string} debianPackage
 * @returns {Promise<string>} its name, since it is in the PATH
 */
export async function debianProgram(name, test, debianPackage) {
  if ((await run(name, test)).ok) return name;
  const problem = (await canInstall())
    ? await install([debianPackage], false)
    : "It is not installed.";
  if (problem === "") return name;
  throw new SetupError(`${name} is missing.`, problem, `apt-get install ${debianPackage}`);
}

/**
 * A step that installs a program of the same name as its package.
 *
 * @param {string} name
 * @param {string} title
 * @returns {import("./steps.mjs").Step}
 */
export function debianStep(name, title) {
  const test = ["--version"];
  return {
    name,
    title,
    scope: () => "machine",
    isDone: async () => (await run(name, test)).ok,

    async bring() {
      await debianProgram(name, test, name);
      return title;
    },
  };
}
