import { COLORS } from "../../lib/color.ts";
import type { ConfigChange } from "./releasePlan.ts";

type Values = Readonly<Record<string, unknown>>;

/** Keys that releases set. People set the rest of a stack file. */
const SET_BY_RELEASES = [
  "activeColor",
  ...COLORS.flatMap((color) => [`${color}.image`, `${color}.count`]),
  "canary.weight",
];

/**
 * The changes that bring a stack file in line with the last update. Values that the update did not have
 * stay: they were added since.
 */
export function staleConfig(last: Values, file: Values): ConfigChange[] {
  return SET_BY_RELEASES.flatMap((key) => {
    const value = at(last, key);
    return value === undefined || value === at(file, key) ? [] : [{ key, value }];
  });
}

function at(values: Values, path: string): string | undefined {
  const [key = "", part] = path.split(".");
  const value = part === undefined ? values[key] : (values[key] as Values | undefined)?.[part];
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}
