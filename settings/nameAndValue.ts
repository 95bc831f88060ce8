import type { NameAndValue } from "./types.ts";

/** A name alone stands for the value `true`. */
export function nameAndValue(text: string, separator: string): NameAndValue {
  const [name = "", value = "true"] = text.split(separator).map((part) => part.trim());
  return { name, value };
}
