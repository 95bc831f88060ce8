import * as command from "@pulumi/command";
import type { Host } from "../machine/host.ts";

/** The machine that runs the program. */
export const thisMachine: Pick<Host, "run"> = {
  // The error of a failed script holds all that it printed; logged as it runs, it would show twice.
  run: (name, args, opts) => new command.local.Command(name, { ...args, logging: "none" }, opts),
};
