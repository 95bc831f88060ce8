import { debianProgram } from "./debianProgram.mjs";
import { run } from "./run.mjs";

const TEST = ["--version"];

/**
 * A clock of its own for a process, which the campaign of faults bumps.
 * @type {import("./steps.mjs").Step}
 */
export const faketime = {
  name: "faketime",
  title: "clocks of single processes (libfaketime)",
  scope: () => "machine",
  isDone: async () => (await run("faketime", TEST)).ok,

  async bring() {
    await debianProgram("faketime", TEST, "faketime");
    return "clocks of single processes (libfaketime)";
  },
};
