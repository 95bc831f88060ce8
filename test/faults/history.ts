import type { Color } from "../../lib/color.ts";
import type { Failure } from "../../load/outcome.ts";

/** All times in milliseconds since 1970, by the clock of the campaign. */

/** What stands after a command has ended, seen without the product's own code where that is possible. */
export interface World {
  /** HAProxy's own entry: `blue:0:off`. In memory, by the file that a restart reads, in the record. */
  readonly route: {
    readonly memory: string;
    readonly file: string;
    readonly record: string;
    readonly previous: string;
  };
  readonly configured: string;
  /** By color, what the app itself reports; absent if it does not answer. */
  readonly versions: Readonly<Partial<Record<Color, string>>>;
  /** Operations by which a `pulumi up` would change the stack: `update gate`. */
  readonly changes: readonly string[];
  /** Whether `bluegreen status` knows a release in progress. */
  readonly isUnfinished: boolean;
}

/** A command of the product, as a person or a pipeline runs it. */
export interface CommandEntry {
  readonly entry: "command";
  readonly words: readonly string[];
  readonly beganAt: number;
  readonly endedAt: number;
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  /** All that it printed. */
  readonly said: string;
  /** At its end. */
  readonly world: World;
}

/** Something that goes wrong, or that a person does by hand. */
export interface FaultEntry {
  readonly entry: "fault";
  readonly fault: string;
  readonly at: number;
}

/** One release, one fault, and what people did until everything was in order again. */
export interface TrialHistory {
  readonly seed: number;
  /** `release-bad`, … */
  readonly action: string;
  /** The version that must not reach users for good; undefined if the action releases a good one. */
  readonly badVersion?: string;
  /** The colors' versions and the live color before. */
  readonly before: World;
  readonly entries: readonly (CommandEntry | FaultEntry)[];
  /** Requests that failed, apart from those that a bad version answered while it was judged. */
  readonly failures: readonly Failure[];
  readonly requests: number;
  /** How many requests began after a moment and were answered by a color. */
  readonly answersAfter: (at: number, until: number, color: Color) => number;
  /** Seconds from the fault, or the verdict FAIL, until the last answer of a bad version; undefined without one. */
  readonly unsafeSeconds?: number;
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
