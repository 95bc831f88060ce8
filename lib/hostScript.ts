import { readFileSync } from "node:fs";
import { type ScriptValues, scriptHeader } from "./shell.ts";

const folder = new URL("../scripts/", import.meta.url);

/** The text of a file in `scripts/`. */
export function scriptText(file: string): string {
  return readFileSync(new URL(file, folder), "utf8");
}

/**
 * A command line for a host: values as assignments, and one function of the script that comes by
 * standard input. Short, since an error of a command prints its whole command line.
 */
export function scriptCall(values: ScriptValues, entry: "up" | "down"): string {
  return `${scriptHeader(values)}eval "$(cat)"\n${entry}\n`;
}

/**
 * What the command line reads: `input`, which unlike `values` may be secret, then what all scripts
 * share and the script's functions. POSIX sh, so that the same text runs here and over SSH.
 */
export function scriptInput(file: string, input: string): string {
  return scriptHeader({ INPUT: input }) + scriptText("prelude.sh") + scriptText(file);
}
