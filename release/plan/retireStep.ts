import type { Color } from "../../lib/color.ts";
import { withDigest } from "../../lib/imageReference.ts";
import type { Settings } from "../../settings/types.ts";
import type { Digests } from "./digests.ts";
import type { ConfigChange, Step } from "./releasePlan.ts";

/** @param color Deployed, with more hosts than `idleCount`. */
export function retireStep(
  settings: Settings,
  color: Color,
  idleCount: number,
  digests: Digests,
): Step {
  const count = settings.pools[color]?.count ?? 0;
  const to = (value: number): ConfigChange => ({ key: `${color}.count`, value: String(value) });
  const image = idleCount === 0 ? pinned(settings, color, digests) : undefined;
  return {
    name: "retire",
    kind: "retire",
    title: `${color} shrinks from ${count} to ${idleCount}${idleCount === 0 ? `: ${whatStays(settings)}` : ""}`,
    config: [...(image ? [image.pinned] : []), to(idleCount)],
    undo: [...(image ? [image.before] : []), to(count)],
    undoTitle: `${color} returns to ${count}`,
  };
}

function whatStays({ target }: Settings): string {
  return target === "local"
    ? "its containers go, its image stays, and a rollback starts them first"
    : "its machines go, and a rollback creates them first";
}

/** New machines have to get the same image from the registry, whatever its tag means by then. */
function pinned({ target, pools }: Settings, color: Color, digests: Digests) {
  const [before = "", digest] = [pools[color]?.image, digests[color]];
  if (target === "local" || digest === undefined) return undefined;
  const after = withDigest(before, "", digest);
  if (after === before) return undefined;
  const key = `${color}.image`;
  return { before: { key, value: before }, pinned: { key, value: after } };
}
