import { type Color, otherColor } from "../../lib/color.ts";
import type { Journal } from "../store/journal.ts";

/**
 * The color that serves all users at this point of a release; undefined if it may be either. A probe
 * counts answers for it that name no color, such as those of a balancer without a healthy host.
 */
export function servingColor({ plan, steps, isUndone }: Journal): Color | undefined {
  if (isUndone) return undefined;
  const stepOf = (name: string) => plan.steps.find((step) => step.name === name);
  for (const { name, endedAt } of [...steps].reverse()) {
    const step = stepOf(name);
    if (step?.kind === "switch") return endedAt === undefined ? undefined : plan.to;
    if (step?.kind === "canary" && step.canary?.weight !== 0) return undefined;
  }
  return plan.from;
}

/** The color at the preview URL, likewise. */
export function previewColor(journal: Journal): Color | undefined {
  const { plan, isUndone } = journal;
  if (isUndone) return undefined;
  const serving = servingColor(journal);
  if (serving) return otherColor(serving);
  const isSwitching = plan.steps.some(
    ({ name, kind }) => kind === "switch" && journal.steps.some((step) => step.name === name),
  );
  return isSwitching ? undefined : plan.to;
}
