import { otherColor } from "../../lib/color.ts";
import { GRANT_SECONDS } from "../../lib/grant.ts";
import { duration } from "../../lib/duration.mjs";
import { shortImage } from "../../lib/imageReference.ts";
import { configCommand, type ReleasePlan, type Step } from "../plan/releasePlan.ts";
import type { Journal, Outcome } from "../store/journal.ts";

/** A release in one line: its aim and its outcome. */
export function describeOutcome(journal: Journal): string {
  const { plan, outcome, reason, startedAt, endedAt = startedAt } = journal;
  if (outcome === undefined) return describeUnfinished(journal);
  const time = duration(endedAt - startedAt);
  const because = reason === undefined ? "" : `: ${cause(reason)}`;
  return shortImage(describeEnding(plan, outcome, time, because));
}

function describeEnding(
  plan: ReleasePlan,
  outcome: Outcome,
  time: string,
  because: string,
): string {
  switch (outcome) {
    case "released":
      return `${plan.image} is live on ${plan.to}, after ${time}${because}`;
    case "undecided":
      return `${plan.image} is live on ${plan.to}, after ${time}, without a verdict${because}`;
    case "rolled-back":
      return plan.kind === "rollback"
        ? `${plan.to} is live again with ${plan.image}, after ${time}`
        : `rolled back to ${plan.from} with ${plan.liveImage}${because}`;
    case "aborted":
      return `${plan.from} is live as before with ${plan.liveImage}${because}`;
    case "retired":
      return `the idle color, ${otherColor(plan.from)}, is retired`;
    case "failed":
      return `${plan.kind} of ${plan.image} failed${because}`;
    case "mismatch":
      return `${plan.kind} of ${plan.image} has ended${because}. Check: bluegreen status`;
  }
}

/** The first line, and the next one if the first only introduces it. */
function cause(reason: string): string {
  const [first = "", next = ""] = reason.split("\n").filter((line) => line.trim() !== "");
  return first.trimEnd().endsWith(":") ? `${first.trimEnd()} ${next.trim()}` : first;
}

function describeUnfinished({ plan, steps, isPaused, isUndone }: Journal): string {
  const at = steps.at(-1)?.name ?? "its start";
  const state = isUndone ? "is rolling back from" : isPaused ? "is paused at" : "is at";
  return shortImage(`${plan.kind} of ${plan.image} to ${plan.to} ${state} ${at}`);
}

/** The lines of `--dry-run`. */
export function describePlan(plan: ReleasePlan): string[] {
  const { kind, image, from, to, steps, changes = [], oneWay, movedTag } = plan;
  return [
    `${kind} ${plan.id} of ${plan.stack}: ${image}, from ${from} to ${to}`,
    ...(movedTag === undefined ? [] : [`${movedTag} now names another image; deploying it`]),
    ...(changes.length > 0 ? [`with other settings: ${changes.join(", ")}`] : []),
    ...(oneWay === undefined ? [] : [`no rollback after the switch: ${oneWay}`]),
    ...steps.flatMap((step, at) => describeStep(step, at + 1)),
    ...(plan.judgement ?? []),
    ...describeSilence(plan),
  ];
}

function describeSilence({ onSilence, from, to }: ReleasePlan): string[] {
  if (onSilence === undefined) return [];
  const time = `within ${GRANT_SECONDS} s`;
  return onSilence === "takes-back"
    ? [`if this command is killed, the balancer sends all users to ${from} ${time}`]
    : [
        `if this command is killed, ${to} keeps its traffic until bluegreen abort: ` +
          "only balancer: edge takes it back by itself",
      ];
}

function describeStep({ name, title, config, undo, undoTitle }: Step, at: number): string[] {
  const indent = "      ";
  const commands = undo.map(configCommand).join("; ");
  return [
    `${String(at).padStart(3)}. ${name.padEnd(12)} ${title}`,
    ...config.map((change) => `${indent}$ ${configCommand(change)}`),
    ...(config.length > 0 ? [`${indent}$ pulumi up`] : []),
    `${indent}undo: ${undoTitle}${commands && ` (${commands})`}`,
  ];
}

/** Explains resources by name, for people who see them for the first time. */
export type Meanings = readonly (readonly [RegExp, string])[];

export const MEANINGS: Meanings = [
  [/^network$/, "the network that both colors share"],
  [/^(blue|green)-image$/, "its image, found by id"],
  [/^(blue|green)-\d+$/, "container"],
  [/^(blue|green)-\d+-host$/, "machine"],
  [/^(blue|green)-\d+-host-/, "what the machine needs"],
  [/^(blue|green)-\d+-sidecar$/, "the proxy through which the balancer reaches the container"],
  [/^(blue|green)-\d+-[a-z]/, "container of a process"],
  [/^gate(-(blue|green)-\d+)?$/, "the checks that every host must pass before it takes traffic"],
  [/^(blue|green)-gate(-(blue|green)-\d+)?$/, "the checks of every host after a deploy"],
  [/^edge$/, "the balancer with its list of hosts"],
  [/^(edge|balancer)-route$/, "the route: which color takes traffic"],
];

const SIGNS: Readonly<Record<string, string>> = { created: "+", updated: "~", deleted: "-" };

/** @param action Such as `updated`. @param time Such as `0.17s`. @param width Of the column of names. */
export function describeResource(
  action: string,
  name: string,
  time: string,
  meanings = MEANINGS,
  width = 12,
): string {
  const meaning = meaningOf(name, meanings) ?? "";
  const sign = SIGNS[action] ?? " ";
  return `${sign} ${action} ${name.padEnd(width)}${time.padStart(6)}  ${meaning}`.trimEnd();
}

export function meaningOf(name: string, meanings: Meanings): string | undefined {
  return meanings.find(([pattern]) => pattern.test(name))?.[1];
}
