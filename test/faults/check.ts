import { GRANT_SECONDS } from "../../lib/grant.ts";
import { EXIT } from "../../release/cli/exitCodes.ts";
import { otherColor } from "../../lib/color.ts";
import {
  type Action,
  activeOf,
  type Claim,
  claimOf,
  type CommandEntry,
  commandsIn,
  faultsIn,
  type RouteView,
  shareOf,
  type TrialHistory,
} from "./history.ts";
import { requestViolations, stopViolations } from "./checkRequests.ts";
import { type Violation, violation } from "./invariants.ts";

/** A command compares the route with its last sentence so long before it prints it, at most. */
const COMPARED_MS = 4000;
/**
 * From the verdict FAIL. A command that goes on takes the traffic away itself, else the grant ends; a busy machine
 * adds to both. Managed balancers admit a host more slowly.
 */
const DEADLINE_MS = { goesOn: 20_000, takesBack: (GRANT_SECONDS + 5) * 1000, managed: 120_000 };

/** Every promise that a history breaks. */
export function check(history: TrialHistory): readonly Violation[] {
  const commands = commandsIn(history.entries);
  return [
    ...requestViolations(history),
    ...commands.flatMap((command) => [
      ...claimViolations(history, command),
      ...routeViolations(command),
      ...deadlineViolations(history, command),
    ]),
    ...stopViolations(history),
    ...secondViolations(commands),
    ...history.actions.flatMap((action) => badVersionViolations(history, action)),
    ...endViolations(history),
  ];
}

function claimViolations(history: TrialHistory, command: CommandEntry): Violation[] {
  const claim = claimOf(command.said);
  if (claim === undefined || isMoved(history, command)) return [];
  return [
    ...sentenceViolations(command, claim),
    ...staleViolations(history, command, claim),
    ...ownVersionViolations(history, command, claim),
  ];
}

/** Whether somebody else moved the traffic between the comparison and the look at the route. */
function isMoved({ entries }: TrialHistory, command: CommandEntry): boolean {
  const from = (command.claimedAt ?? command.endedAt) - COMPARED_MS;
  return faultsIn(entries).some(
    ({ movesTraffic, at, endedAt }) => movesTraffic && endedAt >= from && at <= command.seenAt,
  );
}

function sentenceViolations({ words, world }: CommandEntry, { text, color }: Claim): Violation[] {
  return world.routes
    .filter(({ memory }) => activeOf(memory) !== color || shareOf(memory) > 0)
    .map(({ memory }) =>
      violation(
        "every sentence that a command ended with was true",
        `${words.join(" ")} ended with "${text}", and the route was ${memory}`,
      ),
    );
}

function staleViolations(
  history: TrialHistory,
  command: CommandEntry,
  { text, color }: Claim,
): Violation[] {
  const until = nextMoveAfter(history, command.endedAt);
  const stale = history.answersBetween(command.endedAt, until, otherColor(color));
  if (stale === 0) return [];
  return [
    violation(
      "no answer of the old color after an acknowledgement",
      `${stale} requests that began after "${text}" were answered by ${otherColor(color)}`,
    ),
  ];
}

/** When the next command begins, or somebody moves the traffic without one. */
function nextMoveAfter({ entries }: TrialHistory, at: number): number {
  const starts = [
    ...commandsIn(entries).map(({ beganAt }) => beganAt),
    ...faultsIn(entries).flatMap((fault) => (fault.movesTraffic ? [fault.at] : [])),
  ];
  return Math.min(Infinity, ...starts.filter((start) => start > at));
}

/** "is live on green" names the version that a bad release must not make live. */
function ownVersionViolations(
  { actions, badVersion }: TrialHistory,
  { said, beganAt, world }: CommandEntry,
  { text, color }: Claim,
): Violation[] {
  const action = actions.find((one) => beganAt >= one.beganAt && beganAt <= one.endedAt);
  const isBad = action?.badColor === color && world.versions[color] === badVersion;
  if (!isBad || !/is live on (blue|green),/.test(said)) return [];
  return [violation("a failed version has no traffic", `a command said that it ${text}`)];
}

/** While a command was killed in its middle, the record may name the previous route beside the new one. */
function routeViolations({ words, world }: CommandEntry): Violation[] {
  const problems = world.routes.filter((route) => !isOne(route));
  const actives = new Set(world.routes.map(({ memory }) => activeOf(memory)));
  if (problems.length === 0 && actives.size === 1) return [];
  return [
    violation(
      "exactly one active color, in memory and on disk",
      `after ${words.join(" ")}: ${JSON.stringify(world.routes)}`,
    ),
  ];
}

function isOne({ memory, file, record, previous }: RouteView): boolean {
  const isKnown = memory === record || memory === previous;
  return activeOf(memory) !== undefined && isKnown && (memory === file || file === record);
}

/** A FAIL takes the traffic away in time, whatever else is broken, until somebody gives it again. */
function deadlineViolations(history: TrialHistory, command: CommandEntry): Violation[] {
  const { failedAt, beganAt, code } = command;
  const action = history.actions.find((one) => beganAt >= one.beganAt && beganAt <= one.endedAt);
  if (failedAt === undefined || action?.badColor === undefined) return [];
  // Such a balancer keeps what a killed release gave, as its plan says.
  if (!history.takesBack && (code === undefined || code > 100)) return [];
  const from = failedAt + DEADLINE_MS[deadlineOf(history, command)];
  const until = Math.min(nextMoveAfter(history, failedAt), action.endedAt);
  const answers = until > from ? history.answersBetween(from, until, action.badColor) : 0;
  if (answers === 0) return [];
  return [
    violation(
      "a failed version has no traffic",
      `${answers} requests that began more than ${(from - failedAt) / 1000} s after FAIL reached it`,
    ),
  ];
}

function deadlineOf(
  { takesBack, entries }: TrialHistory,
  { beganAt, endedAt, code }: CommandEntry,
): keyof typeof DEADLINE_MS {
  if (!takesBack) return "managed";
  const isHeldUp = faultsIn(entries).some(
    (fault) => fault.holdsUp && fault.endedAt >= beganAt && fault.at <= endedAt,
  );
  return isHeldUp || code === undefined ? "takesBack" : "goesOn";
}

/** At the end of an action, and of each command that has said FAIL and was not held up. */
function badVersionViolations(history: TrialHistory, action: Action): Violation[] {
  const { badColor } = action;
  if (badColor === undefined) return [];
  const commands = commandsOf(history, action);
  const isOver = (command: CommandEntry) =>
    command.failedAt !== undefined && deadlineOf(history, command) === "goesOn";
  return commands
    .filter((command) => command === commands.at(-1) || isOver(command))
    .filter(({ world }) => world.versions[badColor] === history.badVersion)
    .flatMap(({ words, world }) =>
      world.routes
        .filter(({ memory }) => activeOf(memory) === badColor || shareOf(memory) > 0)
        .map(({ memory }) =>
          violation(
            "a failed version has no traffic",
            `after ${words.join(" ")} in ${action.name} the route is ${memory}`,
          ),
        ),
    );
}

/** Not a refusal: it had the lock, and worked. */
const WORKED = [EXIT.ok, EXIT.rolledBack, EXIT.paused, EXIT.undone, EXIT.undecided];

/** A release that begins and ends while another command works on one must be refused. */
function secondViolations(commands: readonly CommandEntry[]): Violation[] {
  const isWork = ({ code = -1, words }: CommandEntry) =>
    WORKED.some((one) => one === code) && words[0] !== "pulumi";
  const seconds = commands.filter((one) => one.words[0] === "release" && isWork(one));
  return seconds
    .filter((inner) =>
      commands.some(
        (outer) => outer.beganAt < inner.beganAt && outer.endedAt > inner.endedAt && isWork(outer),
      ),
    )
    .map(({ words, code }) =>
      violation(
        "a second release is refused, but not for ever",
        `${words.join(" ")} ended with ${code} while another command worked on a release`,
      ),
    );
}

function commandsOf({ entries }: TrialHistory, action: Action): readonly CommandEntry[] {
  return commandsIn(entries).filter(
    ({ beganAt }) => beganAt >= action.beganAt && beganAt <= action.endedAt,
  );
}

function endViolations(history: TrialHistory): Violation[] {
  const end = commandsIn(history.entries).at(-1);
  const { isUnfinished, configured, routes } = end?.world ?? history.before;
  const actives = routes.map(({ memory }) => activeOf(memory) ?? "none");
  const text = [
    ...(actives.every((active) => active === configured)
      ? []
      : [`the config says ${configured}, the route is ${actives.join(", ")}`]),
    ...(history.changes.length === 0
      ? []
      : [`pulumi up would change: ${history.changes.join(", ")}`]),
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
    ...(text === "" || mayBeLeft(history, end) ? [] : [violation("nothing is left to mend", text)]),
  ];
}

/** What happens to config and hosts during the last command, or during a rollback, which mends none of it, stays. */
function mayBeLeft({ entries, actions }: TrialHistory, end: CommandEntry | undefined): boolean {
  const last = actions.at(-1);
  const from = last?.name.startsWith("rollback") ? last.beganAt : (end?.beganAt ?? 0);
  return faultsIn(entries).some(({ leavesWork, endedAt }) => leavesWork && endedAt >= from);
}
