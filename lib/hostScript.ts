import { readFileSync } from "node:fs";
import { packageFile } from "./packageFolder.mjs";
import { type ScriptValues, scriptHeader, shellQuote } from "./shell.ts";

/** The text of a file in `scripts/`. */
export function scriptText(file: string): string {
  return readFileSync(packageFile(`scripts/${file}`), "utf8");
}

/**
 * A command line for a host: runs one function of the script on standard input. It holds nothing else,
 * since a command's error begins with its command line.
 *
 * @param values In place of the script's own, for this call.
 */
export function scriptCall(entry: "up" | "down", values: ScriptValues = {}): string {
  const words = Object.entries(values).map(
    ([name, value]) => `${name}=${shellQuote(String(value))} `,
  );
  return `eval "$(cat)"; ${words.join("")}${entry}`;
}

/**
 * The script for the command line: values as assignments, `$INPUT` for longer texts, the shared prelude,
 * and the script's functions. POSIX sh: the same text runs here and over SSH.
 */
export function scriptInput(
  file: string | readonly string[],
  values: ScriptValues,
  input: string,
): string {
  const files = ["prelude.sh", file].flat();
  return scriptHeader({ ...values, INPUT: input }) + files.map(scriptText).join("");
}
