import { COLORS } from "../../lib/color.ts";
import type { ConfigChange } from "./types.ts";

type Values = Readonly<Record<string, unknown>>;

/** What releases set; all else in a stack file is for people to set. */
const MOVED = [
  "activeColor",
  ...COLORS.flatMap((color) => [`${color}.image`, `${color}.count`]),
  "canary.weight",
];

/**
 * What brings a stack file to where the last update left the stack. What that update did not have is
 * left as the file has it: somebody has added it since.
 */
export function movedValues(last: Values, file: Values): ConfigChange[] {
  return MOVED.flatMap((key) => {
    const value = at(last, key);
    return value === undefined || value === at(file, key) ? [] : [{ key, value }];
  });
}

function at(values: Values, path: string): string | undefined {
  const [key = "", part] = path.split(".");
  const value = part === undefined ? values[key] : (values[key] as Values | undefined)?.[part];
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}
