import { readFileSync } from "node:fs";
import { type ScriptValues, scriptHeader } from "./shell.ts";

const folder = new URL("../scripts/", import.meta.url);

/** The text of a file in `scripts/`. */
export function scriptText(file: string): string {
  return readFileSync(new URL(file, folder), "utf8");
}

/**
 * A host script: its values as assignments, what all scripts share, and its own text. POSIX sh, so
 * that the same text runs on this machine and over SSH.
 */
export function hostScript(file: string, values: ScriptValues): string {
  return scriptHeader(values) + scriptText("prelude.sh") + scriptText(file);
}
