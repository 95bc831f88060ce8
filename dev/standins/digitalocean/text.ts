import type { Value } from "../provider/values.ts";

/** Empty for what is no text, number or flag. */
export function text(value: Value | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}
