import { otherColor } from "../../lib/color.ts";
import { duration } from "../../dev/setup/progress.mjs";
import type { ReleasePlan, Step } from "../plan/types.ts";
import { configCommand } from "../plan/configCommand.ts";
import type { Journal } from "../store/journal.ts";

/** A release in one line: what it wanted, and what came of it. */
export function describeOutcome(journal: Journal): string {
  const { plan, outcome, reason, startedAt, endedAt = startedAt } = journal;
  if (outcome === undefined) return describeUnfinished(journal);
  const time = duration(endedAt - startedAt);
  const because = reason === undefined ? "" : `: ${reason.split("\n")[0]}`;
  switch (outcome) {
    case "released":
      return `${plan.image} is live on ${plan.to}, after ${time}${because}`;
    case "rolled-back":
      return plan.kind === "rollback"
        ? `${plan.to} is live again with ${plan.image}, after ${time}`
        : `rolled back to ${plan.from} with ${plan.liveImage}${because}`;
    case "aborted":
      return `${plan.from} is live as before with ${plan.liveImage}${because}`;
    case "retired":
      return `${otherColor(plan.from)}, which is idle, is retired`;
    case "failed":
      return `${plan.kind} of ${plan.image} has failed${because}`;
  }
}

function describeUnfinished({ plan, steps, isPaused, isUndone }: Journal): string {
  const at = steps.at(-1)?.name ?? "the beginning";
  const state = isUndone ? "is going back from" : isPaused ? "is paused at" : "is at";
  return `${plan.kind} of ${plan.image} to ${plan.to} ${state} ${at}`;
}

/** The lines of `--dry-run`. */
export function describePlan(plan: ReleasePlan): string[] {
  const { kind, image, from, to, steps, oneWay } = plan;
  return [
    `${kind} ${plan.id} of ${plan.stack}: ${image}, from ${from} to ${to}`,
    ...(oneWay === undefined ? [] : [`no way back after the switch: ${oneWay}`]),
    ...steps.flatMap((step, at) => describeStep(step, at + 1)),
  ];
}

function describeStep({ name, title, config, undo, undoTitle }: Step, at: number): string[] {
  const indent = "      ";
  const undoing = undo.map(configCommand).join("; ");
  return [
    `${String(at).padStart(3)}. ${name.padEnd(12)} ${title}`,
    ...config.map((change) => `${indent}$ ${configCommand(change)}`),
    ...(config.length > 0 ? [`${indent}$ pulumi up`] : []),
    `${indent}undo: ${undoTitle}${undoing && ` (${undoing})`}`,
  ];
}
