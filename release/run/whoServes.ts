import { type Color, otherColor } from "../../lib/color.ts";
import type { Journal } from "../store/journal.ts";

/**
 * The color that all users get at this moment of a release; undefined where it may be either. By it a
 * prober counts an answer that names no color: one of a balancer that has no healthy host.
 */
export function whoServes({ plan, steps, isUndone }: Journal): Color | undefined {
  if (isUndone) return undefined;
  const stepOf = (name: string) => plan.steps.find((step) => step.name === name);
  for (const { name, endedAt } of [...steps].reverse()) {
    const step = stepOf(name);
    if (step?.kind === "switch") return endedAt === undefined ? undefined : plan.to;
    if (step?.kind === "canary" && step.canary?.weight !== 0) return undefined;
  }
  return plan.from;
}

/** Who answers testers at the preview URL, likewise. */
export function whoIsIdle(journal: Journal): Color | undefined {
  const { plan, isUndone } = journal;
  if (isUndone) return undefined;
  const serving = whoServes(journal);
  if (serving) return otherColor(serving);
  const isSwitching = plan.steps.some(
    ({ name, kind }) => kind === "switch" && journal.steps.some((step) => step.name === name),
  );
  return isSwitching ? undefined : plan.to;
}
