import { type Color, otherColor } from "../../lib/color.ts";
import { claimOf, type CommandEntry, type TrialHistory, type World } from "./history.ts";

/** The promises of docs/reliability.md. */
export const INVARIANTS = [
  "every request got one complete answer",
  "no answer of the old color after an acknowledgement",
  "every sentence that a command ended with was true",
  "exactly one active color, in memory and on disk",
  "a failed version has no traffic",
  "a second release is refused, but not for ever",
  "nothing is left to mend",
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly text: string;
}

/** Every promise that a history breaks. */
export function check(history: TrialHistory): readonly Violation[] {
  const commands = history.entries.filter((entry) => entry.entry === "command");
  const end = commands.at(-1)?.world ?? history.before;
  return [
    ...requestViolations(history),
    ...commands.flatMap((command, at) => [
      ...sentenceViolations(command),
      ...staleViolations(history, command, nextEntryAt(history, command, at)),
      ...routeViolations(command),
    ]),
    ...badVersionViolations(history, commands, end),
    ...endViolations(end),
  ];
}

function violation(invariant: Invariant, text: string): Violation {
  return { invariant, text };
}

function requestViolations({ failures, requests }: TrialHistory): Violation[] {
  if (requests === 0)
    return [violation("every request got one complete answer", "no request was sent")];
  return failures
    .slice(0, 3)
    .map(({ kind, reason, status, startedAt }) =>
      violation(
        "every request got one complete answer",
        `${kind}: ${reason} ${status ?? ""}, begun ${new Date(startedAt).toISOString()}`,
      ),
    );
}

/** @returns the claimed color if the sentence must hold: a person's own route is not the command's. */
function claimed(command: CommandEntry): Color | undefined {
  return claimOf(command.said)?.color;
}

function sentenceViolations(command: CommandEntry): Violation[] {
  const color = claimed(command);
  if (color === undefined) return [];
  const { memory } = command.world.route;
  if (activeOf(memory) === color && shareOf(memory) === 0) return [];
  return [
    violation(
      "every sentence that a command ended with was true",
      `${command.words.join(" ")} ended with "${claimOf(command.said)?.text}", and the route was ${memory}`,
    ),
  ];
}

function staleViolations(history: TrialHistory, command: CommandEntry, until: number): Violation[] {
  const color = claimed(command);
  if (color === undefined) return [];
  const stale = history.answersAfter(command.endedAt, until, otherColor(color));
  if (stale === 0) return [];
  return [
    violation(
      "no answer of the old color after an acknowledgement",
      `${stale} requests that began after "${claimOf(command.said)?.text}" were answered by ${otherColor(color)}`,
    ),
  ];
}

function nextEntryAt({ entries }: TrialHistory, command: CommandEntry, at: number): number {
  const commands = entries.filter((entry) => entry.entry === "command");
  const next = commands[at + 1]?.beganAt ?? Infinity;
  const faults = entries.flatMap((entry) =>
    entry.entry === "fault" && entry.at > command.endedAt ? [entry.at] : [],
  );
  return Math.min(next, ...faults);
}

/** While a command was killed in its middle, the record may name the previous route beside the new one. */
function routeViolations({ words, world }: CommandEntry): Violation[] {
  const { memory, file, record, previous } = world.route;
  const isKnown = memory === record || memory === previous;
  if (/^(blue|green):/.test(memory) && isKnown && (memory === file || file === record)) return [];
  return [
    violation(
      "exactly one active color, in memory and on disk",
      `after ${words.join(" ")}: ${JSON.stringify(world.route)}`,
    ),
  ];
}

function badVersionViolations(
  { badVersion }: TrialHistory,
  commands: readonly CommandEntry[],
  end: World,
): Violation[] {
  if (badVersion === undefined) return [];
  const { memory } = end.route;
  const active = activeOf(memory);
  const idle = active && otherColor(active);
  const isServed =
    (active && end.versions[active] === badVersion) ||
    (idle && shareOf(memory) > 0 && end.versions[idle] === badVersion);
  const isReleased = commands.some(({ said }) => /is live on (blue|green),/.test(said));
  return [
    ...(isServed ? [violation("a failed version has no traffic", `the route is ${memory}`)] : []),
    ...(isReleased
      ? [violation("a failed version has no traffic", "a command said that it is live")]
      : []),
  ];
}

function endViolations({ isUnfinished, configured, route, changes }: World): Violation[] {
  const text = [
    ...(activeOf(route.memory) === configured
      ? []
      : [`the config says ${configured}, the route is ${route.memory}`]),
    ...(changes.length === 0 ? [] : [`pulumi up would change: ${changes.join(", ")}`]),
  ].join("; ");
  return [
    ...(isUnfinished
      ? [
          violation(
            "a second release is refused, but not for ever",
            "a release is still in progress",
          ),
        ]
      : []),
    ...(text === "" ? [] : [violation("nothing is left to mend", text)]),
  ];
}

function activeOf(route: string): Color | undefined {
  return /^(blue|green):/.exec(route)?.[1] as Color | undefined;
}

/** Of the other color, in tenths of a percent. */
function shareOf(route: string): number {
  return Number(route.split(":")[1] ?? 0);
}
