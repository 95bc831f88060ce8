import { type Color, COLORS } from "../../lib/color.ts";
import type { Settings } from "../../settings/types.ts";
import type { ConfigChange } from "./releasePlan.ts";

type Values = Readonly<Record<string, unknown>>;

/** Keys that releases set. People set the rest of a stack file. */
const SET_BY_RELEASES = [
  "activeColor",
  ...COLORS.flatMap((color) => [`${color}.image`, `${color}.count`, `${color}.keep`]),
  "canary.weight",
];

/**
 * The changes that bring a stack file in line with the last update. Values that the update did not have
 * stay: they were added since. A canary is the exception, since releases remove it: its weight would give
 * users a version that was rolled back.
 *
 * @param active The color that has the traffic, if the balancer was asked: it may have changed since, such as by a
 *   rollback that was interrupted.
 */
export function staleConfig(last: Values, file: Values, active?: Color): ConfigChange[] {
  const changes = SET_BY_RELEASES.flatMap((key) => {
    const value = (key === "activeColor" ? active : undefined) ?? at(last, key);
    return value === undefined || value === at(file, key) ? [] : [{ key, value }];
  });
  return [...changes, ...staleCanary(last, file)];
}

function staleCanary(last: Values, file: Values): ConfigChange[] {
  if (at(last, "canary.weight") !== undefined) return [];
  if (Number(at(file, "canary.weight") ?? 0) === 0) return [];
  const isAll = Object.keys(file["canary"] as Values).length === 1;
  return [isAll ? { key: "canary" } : { key: "canary.weight", value: "0" }];
}

/** Where stack file and last update differ in what a release sets, with the remedies; undefined if they agree. */
export function staleFileProblem(
  { activeColor, pools }: Pick<Settings, "activeColor" | "pools">,
  outputs: Values,
  colors: readonly Color[] = COLORS,
): string | undefined {
  const updated = (outputs["pools"] ?? {}) as Partial<Record<Color, { readonly image?: string }>>;
  const pairs: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["activeColor", activeColor, at(outputs, "activeColor")],
    ...colors.map(
      (color) => [`${color}.image`, pools[color]?.image, updated[color]?.image] as const,
    ),
  ];
  const differences = pairs.flatMap(([key, here, there]) =>
    there === undefined || here === there
      ? []
      : [`${key} is ${here ?? "not set"} in this stack file, and was ${there} in the last update`],
  );
  if (differences.length === 0) return undefined;
  return (
    `${differences.join("; ")}. If this checkout is old: bluegreen refresh-config. ` +
    "If the stack file is right: pulumi up"
  );
}

function at(values: Values, path: string): string | undefined {
  const [key = "", part] = path.split(".");
  const value = part === undefined ? values[key] : (values[key] as Values | undefined)?.[part];
  return ["number", "string", "boolean"].includes(typeof value) ? String(value) : undefined;
}
