import { debianStep } from "./debianProgram.mjs";

/** Reads the JSON of a gate's check, whose program unit tests run on this machine. */
export const jq = debianStep("jq", "jq, for unit tests of gates");
