import { type Color, otherColor } from "../../lib/color.ts";
import { shortImage } from "../../lib/imageReference.ts";
import type { Settings } from "../../settings/types.ts";
import type { Step } from "./releasePlan.ts";

/** Comes before a switch to a color that was retired to no hosts: it gets as many as the live color. */
export function startSteps({ pools }: Pick<Settings, "pools">, to: Color): Step[] {
  const pool = pools[to];
  const count = pools[otherColor(to)]?.count ?? 1;
  if (pool?.count !== 0) return [];
  return [
    {
      name: "start",
      kind: "start",
      title: shortImage(`${to} starts again on ${count} hosts, with ${pool.image}`),
      config: [{ key: `${to}.count`, value: String(count) }],
      undo: [{ key: `${to}.count`, value: "0" }],
      undoTitle: `${to} has no hosts again`,
    },
  ];
}
