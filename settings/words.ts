import { z } from "zod";

/** A command as a list of words, or as a text that is split into words. */

const RULE =
  "must be words; no shell reads them, so $ ` \\ | & ; < > may stand in single quotes only " +
  "(to use a shell: sh -c 'exec …')";

const word = z
  .string({ error: "must be a text" })
  .regex(/^[^\r\n\0]+$/, "must be a text of one line that is not empty")
  .meta({ example: "--verbose" });

export const words = z
  .preprocess(
    (value) => (typeof value === "string" ? (splitWords(value) ?? value) : value),
    z.array(word, { error: RULE }).min(1, RULE),
  )
  .meta({ form: "words, or a list of words" });

/**
 * Splits like a POSIX shell that expands nothing: `sh -c 'exec app $PORT'` has three words.
 *
 * @returns undefined for an open quote or a character that has a meaning for a shell.
 */
export function splitWords(text: string): string[] | undefined {
  const plain = String.raw`[^\s'"$\`\\|&;<>]`;
  const quoted = String.raw`'[^']*'|"[^"$\`\\]*"`;
  if (!new RegExp(`^\\s*((${plain}|${quoted})+(\\s+|$))*$`).test(text)) return undefined;
  const found = text.match(new RegExp(`(${plain}|${quoted})+`, "g")) ?? [];
  return found.map((one) => one.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
