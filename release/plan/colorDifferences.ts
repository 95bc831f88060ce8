import type { Settings } from "../../settings/types.ts";
import type { ReleasePlan } from "./releasePlan.ts";

/**
 * What the color that gets the traffic does not have, or has otherwise, because a setting is for one color alone:
 * one line, empty if the colors agree. Values are left out, since they may be secret.
 */
export function colorDifferences(
  { pools }: Pick<Settings, "pools">,
  { from, to }: Pick<ReleasePlan, "from" | "to">,
): string[] {
  const own = (color: typeof from): ReadonlyMap<string, unknown> => {
    const { env = {}, app = {} } = pools[color] ?? {};
    const entries = Object.entries({ env, app }).flatMap(([group, values]) =>
      Object.entries(values).map(([name, value]) => [`${group}.${name}`, value] as const),
    );
    return new Map(entries);
  };
  const [before, after] = [own(from), own(to)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const differing = names.filter((name) => before.get(name) !== after.get(name));
  if (differing.length === 0) return [];
  const parts = differing.map((name) => {
    if (!after.has(name)) return `${from}.${name} is not set for ${to}`;
    return before.has(name)
      ? `${from}.${name} and ${to}.${name} differ`
      : `${to}.${name} is not set for ${from}`;
  });
  const shared = differing.map((name) => (name.startsWith("env.") ? `app.${name}` : name));
  return [
    `The colors differ: ${parts.join(", ")}. What both versions need belongs to ${shared.join(", ")}`,
  ];
}
