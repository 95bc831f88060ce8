import type { Color } from "../../lib/color.ts";
import type { Failure } from "../../load/outcome.ts";

/** All times in milliseconds since 1970, by the clock of the campaign. */

/** What bad images say of themselves. */
export const BAD_VERSION = "r9";

/** The entry of one balancer: `blue:0:off`. */
export interface RouteView {
  /** What it follows now. */
  readonly memory: string;
  /** What it would follow after a restart, what its own script last recorded, and what that replaced. */
  readonly file: string;
  readonly record: string;
  readonly previous: string;
}

/** What stands after a command has ended, seen without the product's own code. */
export interface World {
  /** Of each edge, or of the managed balancer. */
  readonly routes: readonly RouteView[];
  /** `activeColor` in the stack file. */
  readonly configured: string;
  /** By color, what the app itself reports; absent if it does not answer. */
  readonly versions: Readonly<Partial<Record<Color, string>>>;
  /** Whether the journal has a release in progress. */
  readonly isUnfinished: boolean;
}

/** A command of the product or of Pulumi, as a person or a pipeline runs it. */
export interface CommandEntry {
  readonly entry: "command";
  readonly words: readonly string[];
  readonly beganAt: number;
  readonly endedAt: number;
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  /** All that it printed. */
  readonly said: string;
  /** When it said FAIL for the first time, if it did. */
  readonly failedAt?: number;
  /** When it printed its last sentence about the traffic, if it did. */
  readonly claimedAt?: number;
  /** After its end. */
  readonly world: World;
  readonly seenAt: number;
}

/** Something that goes wrong, or that a person does by hand. */
export interface FaultEntry {
  readonly entry: "fault";
  readonly fault: string;
  readonly at: number;
  readonly endedAt: number;
  /** A `pulumi up` may have to mend what it did. */
  readonly leavesWork: boolean;
  /** It moves the traffic by itself. */
  readonly movesTraffic: boolean;
  /** It holds up the command itself, or what this needs to move traffic. */
  readonly holdsUp: boolean;
  /** Until when requests may be lost: it takes away what they need. */
  readonly cutsUntil?: number;
}

/** A web container that Docker was told to stop or to kill. */
export interface Stop {
  readonly container: string;
  readonly color: Color;
  readonly at: number;
}

/** A release or a rollback, and what people did until it was over. */
export interface Action {
  readonly name: string;
  /** The color that got a version which must not reach users for good. */
  readonly badColor?: Color;
  readonly beganAt: number;
  readonly endedAt: number;
  /** Seconds from the verdict FAIL, or else from the first fault, until the last answer of the bad version. */
  readonly unsafeSeconds?: number;
}

/** Several actions on one stack, and what went wrong meanwhile. */
export interface TrialHistory {
  readonly target: string;
  readonly seed: number;
  /** Of the bad images. */
  readonly badVersion: string;
  /** Whether the balancer takes the traffic back from a release that falls silent. */
  readonly takesBack: boolean;
  /** Whether the balancer closes kept connections whenever it changes. */
  readonly cutsKeptConnections: boolean;
  readonly before: World;
  readonly actions: readonly Action[];
  /** In the order of their ends. */
  readonly entries: readonly (CommandEntry | FaultEntry)[];
  /** By whomever. Empty where the target does not tell. */
  readonly stops: readonly Stop[];
  /** By which a `pulumi up` would change the stack at the end: `update gate`. */
  readonly changes: readonly string[];
  readonly requests: number;
  /** Requests without a complete answer. */
  readonly failures: readonly Failure[];
  /** How many requests began between two moments and were answered by a color. */
  readonly answersBetween: (from: number, until: number, color: Color) => number;
}

/** A sentence of a command about who has the traffic. */
export interface Claim {
  readonly text: string;
  readonly color: Color;
}

/** How commands say who has the traffic (docs/releases.md). */
const SENTENCES = [
  /is live on (blue|green),/g,
  /(blue|green) is live again with/g,
  /rolled back to (blue|green) with/g,
  /(blue|green) is live as before/g,
];

/** What a command said at its end about the traffic; the last sentence counts. */
export function claimOf(said: string): Claim | undefined {
  const found = SENTENCES.flatMap((sentence) => [...said.matchAll(sentence)]);
  const last = found.sort((a, b) => a.index - b.index).at(-1);
  return last && { text: last[0], color: last[1] as Color };
}

/** The color that a balancer sends its users to. */
export function activeOf(route: string | undefined): Color | undefined {
  return /^(blue|green):/.exec(route ?? "")?.[1] as Color | undefined;
}

/** Of the other color, in tenths of a percent. */
export function shareOf(route: string): number {
  return Number(route.split(":")[1] ?? 0);
}

export function commandsIn(entries: TrialHistory["entries"]): readonly CommandEntry[] {
  return entries.filter((entry) => entry.entry === "command");
}

export function faultsIn(entries: TrialHistory["entries"]): readonly FaultEntry[] {
  return entries.filter((entry) => entry.entry === "fault");
}
