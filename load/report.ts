import { latencyOf, type Latency } from "./latency.ts";
import { KINDS, REASONS, type Failure, type Kind, type Reason } from "./outcome.ts";
import type { RequestLog } from "./requestLog.ts";

/** A named time, milliseconds since the epoch. */
export interface Mark {
  readonly name: string;
  readonly at: number;
}

/** A time window, `from` included and `to` excluded; a missing end is open. */
export interface Range {
  readonly from?: number;
  readonly to?: number;
}

/** The count of each; absent if zero. */
export type Counts<T extends string = string> = Readonly<Partial<Record<T, number>>>;

/** What began in one second of the run. */
export interface Second {
  /** Whole seconds after the start of the run. */
  readonly from: number;
  readonly done: number;
  readonly failed: number;
  readonly latency: Latency;
  readonly byColor: Counts;
}

export interface Run {
  readonly log: RequestLog;
  /** The first failures; only a limited number is kept. */
  readonly failures: readonly Failure[];
  readonly marks: readonly Mark[];
  readonly startedAt: number;
  /** When the last request could begin; answers may have come later. */
  readonly endedAt: number;
}

/** The duration of slow requests is fixed, so it says nothing about the balancer. */
const TIMED_KINDS: readonly Kind[] = ["keepAlive", "newConnection"];

/** Places of requests in the log. */
type Indexes = Uint32Array | readonly number[];

/** Answers questions about a run. Each answer reads the whole log: don't poll. */
export class LoadReport {
  /** The first failures in detail; `failedTotal` counts all. */
  readonly failures: readonly Failure[];
  readonly marks: readonly Mark[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly #log: RequestLog;

  constructor(run: Run) {
    this.#log = run.log;
    this.failures = run.failures;
    this.marks = run.marks;
    this.startedAt = run.startedAt;
    this.endedAt = run.endedAt;
  }

  /** Requests that ended, including failures. */
  get total(): number {
    return this.#log.length;
  }

  get failedTotal(): number {
    return this.#all().filter((i) => this.#log.outcome[i] !== 0).length;
  }

  /** Ended requests per second of the run. */
  get ratePerSecond(): number {
    return (this.total * 1000) / (this.endedAt - this.startedAt);
  }

  get byReason(): Counts<Reason> {
    return tally(this.#all(), (i) => REASONS[this.#log.outcome[i]! - 1]);
  }

  get byKind(): Counts<Kind> {
    return tally(this.#all(), (i) => KINDS[this.#log.kind[i]!]);
  }

  /** Answers by the color that gave them; an answer without the header counts nowhere. */
  get byColor(): Counts {
    return tally(this.#all(), (i) => this.#log.colorAt(i));
  }

  /** Of the successful requests that began in the range; without the slow kind unless asked for. */
  latency({ from = -Infinity, to = Infinity }: Range = {}, kinds = TIMED_KINDS): Latency {
    const { startedAt } = this.#log;
    const began = this.#all().filter((i) => startedAt[i]! >= from && startedAt[i]! < to);
    return this.#latencyOf(began, kinds);
  }

  /** Answers of the old color to requests that began after the time: 0 if a switch was complete. */
  staleAfter(time: number, oldColor: string, until = Infinity): number {
    const { color, startedAt } = this.#log;
    const index = this.#log.colorIndex(oldColor);
    return this.#all().filter(
      (i) => color[i] === index && startedAt[i]! > time && startedAt[i]! < until,
    ).length;
  }

  /** When the last answer of this color ended, at the latest at `until`; undefined if there was none. */
  lastAnswerOf(color: string, until = Infinity): number | undefined {
    const { color: colors, endedAt, length } = this.#log;
    const index = this.#log.colorIndex(color);
    for (let i = length - 1; index !== undefined && i >= 0; i--) {
      if (colors[i] === index && endedAt[i]! <= until) return endedAt[i];
    }
    return undefined;
  }

  /** The longest time without the end of a successful answer; the range's ends count as edges. */
  longestGap({ from = this.startedAt, to = this.endedAt }: Range = {}): number {
    const { endedAt, outcome, length } = this.#log;
    let longest = 0;
    let last = from;
    for (let i = 0; i < length; i++) {
      const end = endedAt[i]!;
      if (outcome[i] !== 0 || end < from || end >= to) continue;
      longest = Math.max(longest, end - last);
      last = end;
    }
    return Math.max(longest, to - last);
  }

  /** Every second of the run, including those in which no request began. */
  perSecond(): Second[] {
    const count = Math.ceil((this.endedAt - this.startedAt) / 1000);
    const members = Array.from({ length: count }, (): number[] => []);
    for (let i = 0; i < this.#log.length; i++) {
      members[Math.floor((this.#log.startedAt[i]! - this.startedAt) / 1000)]?.push(i);
    }
    return members.map((began, n) => this.#second(this.startedAt + n * 1000, began));
  }

  #second(from: number, began: readonly number[]): Second {
    const failed = began.filter((i) => this.#log.outcome[i] !== 0).length;
    return {
      from,
      done: began.length - failed,
      failed,
      latency: this.#latencyOf(began, TIMED_KINDS),
      byColor: tally(began, (i) => this.#log.colorAt(i)),
    };
  }

  #latencyOf(requests: Indexes, kinds: readonly Kind[]): Latency {
    const { kind, outcome, startedAt, endedAt } = this.#log;
    const timed = requests.filter((i) => outcome[i] === 0 && kinds.includes(KINDS[kind[i]!]!));
    return latencyOf(Float64Array.from(timed, (i) => endedAt[i]! - startedAt[i]!));
  }

  #all(): Uint32Array {
    return new Uint32Array(this.#log.length).map((_, i) => i);
  }
}

function tally<T extends string>(
  requests: Indexes,
  nameOf: (index: number) => T | undefined,
): Counts<T> {
  const counts: Partial<Record<T, number>> = {};
  for (const i of requests) {
    const name = nameOf(i);
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
