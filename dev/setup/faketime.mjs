import { debianStep } from "./debianProgram.mjs";

/** A clock of its own for a process, which the campaign of faults bumps. */
export const faketime = debianStep("faketime", "clocks of single processes (libfaketime)");
