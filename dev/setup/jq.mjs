import { debianProgram } from "./debianProgram.mjs";
import { run } from "./run.mjs";

const TEST = ["--version"];

/**
 * Reads the JSON of a gate's check, whose program unit tests run on this machine.
 * @type {import("./steps.mjs").Step}
 */
export const jq = {
  name: "jq",
  title: "jq, for unit tests of gates",
  scope: () => "machine",
  isDone: async () => (await run("jq", TEST)).ok,

  async bring() {
    await debianProgram("jq", TEST, "jq");
    return "jq, for unit tests of gates";
  },
};
