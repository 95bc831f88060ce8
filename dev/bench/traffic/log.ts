/** Every request of a run, in the order in which they ended; times of the `monotonic` clock. */
export interface TrafficLog {
  readonly startedAt: Float64Array;
  readonly endedAt: Float64Array;
  /** 0 for a success. */
  readonly outcome: Uint8Array;
  /** 0 for an answer without a color, else the place in `colors` plus one. */
  readonly color: Uint8Array;
  /** 1 where a connection was opened for the request. */
  readonly isNewConnection: Uint8Array;
  readonly colors: readonly string[];
  /** What the first failures said. */
  readonly failures: readonly string[];
}

/** `from` included, `to` excluded. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export function totalOf({ endedAt }: TrafficLog): number {
  return endedAt.length;
}

export function newConnectionsOf({ isNewConnection }: TrafficLog): number {
  return isNewConnection.reduce((sum, value) => sum + value, 0);
}

export function failedOf({ outcome }: TrafficLog): number {
  return outcome.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
}

/** How long the successful requests took that began in one of the windows; windows in order. */
export function durations(log: TrafficLog, windows: readonly Window[]): number[] {
  return log.endedAt.reduce<number[]>((found, end, place) => {
    const start = log.startedAt[place]!;
    if (log.outcome[place] === 0 && isInside(start, windows)) found.push(end - start);
    return found;
  }, []);
}

/** The longest time without the end of a successful answer; the window's ends count as edges. */
export function longestGap(log: TrafficLog, { from, to }: Window): number {
  let longest = 0;
  let last = from;
  for (let place = firstEndedAfter(log, from); place < totalOf(log); place++) {
    const end = log.endedAt[place]!;
    if (end >= to) break;
    if (log.outcome[place] !== 0) continue;
    longest = Math.max(longest, end - last);
    last = end;
  }
  return Math.max(longest, to - last);
}

/** Requests begun in the window that got no good answer. */
export function failedIn({ startedAt, outcome }: TrafficLog, { from, to }: Window): number {
  return outcome.reduce((sum, value, place) => {
    const start = startedAt[place]!;
    return sum + (value !== 0 && start >= from && start < to ? 1 : 0);
  }, 0);
}

function isInside(time: number, windows: readonly Window[]): boolean {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (windows[middle]!.to <= time) low = middle + 1;
    else high = middle;
  }
  return low < windows.length && windows[low]!.from <= time;
}

/** A move of the traffic away from a color. */
export interface Switch {
  readonly from: string;
  readonly startedAt: number;
  /** When whoever asked for it was told that it is done. */
  readonly acknowledgedAt: number;
  /** When the next one began, or the traffic ended. */
  readonly until: number;
}

export interface SwitchSeen {
  /** Answers of the old color to requests begun after the switch was acknowledged. */
  readonly stale: number;
  /** When the last answer of the old color ended; the start where none came after it. */
  readonly lastOldAt: number;
  /** When the first answer of another color ended; NaN where none came. */
  readonly firstNewAt: number;
}

/** What the users of the service saw of a switch. */
export function lookAt(
  log: TrafficLog,
  { from, startedAt, acknowledgedAt, until }: Switch,
): SwitchSeen {
  const old = log.colors.indexOf(from) + 1;
  let stale = 0;
  let lastOldAt = startedAt;
  let firstNewAt = NaN;
  for (let place = firstEndedAfter(log, startedAt); place < totalOf(log); place++) {
    const [began, ended, color] = [log.startedAt[place]!, log.endedAt[place]!, log.color[place]!];
    if (began >= until || color === 0) continue;
    if (ended > until + LONGEST_MS) break;
    if (color === old) {
      lastOldAt = ended;
      if (began > acknowledgedAt) stale++;
    } else if (Number.isNaN(firstNewAt)) firstNewAt = ended;
  }
  return { stale, lastOldAt, firstNewAt };
}

/** A request fails after this time, so none that began earlier ends later. */
export const LONGEST_MS = 10_000;

function firstEndedAfter({ endedAt }: TrafficLog, time: number): number {
  let low = 0;
  let high = endedAt.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endedAt[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
