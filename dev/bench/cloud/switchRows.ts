import { count, ms, seconds, times } from "../format.ts";
import { type Goal, goalCells } from "../result.ts";
import { median, quantile } from "../statistics.ts";
import { durations, failedIn, longestGap, totalOf, type Window } from "../traffic/log.ts";
import type { CloudSwitch, Moves } from "./moves.ts";

/** The goals of ours. */
export interface SwitchGoals {
  readonly failures: Goal;
  readonly stale: Goal;
}

/** What is said of all ways in whatever cloud: a row for each figure, a cell for each way. */
export function switchRows(all: readonly Moves[], { failures, stale }: SwitchGoals) {
  const row = (name: string, cell: (moves: Moves) => string) => [name, ...all.map(cell)];
  const p99 = (moves: Moves, windows: readonly Window[]) =>
    quantile(durations(moves.log, windows), 0.99);
  const gap = (moves: Moves) =>
    Math.max(...switching(moves).map((window) => longestGap(moves.log, window)));
  return {
    answers: [
      row("switches", ({ switches }) => count(switches.length)),
      row("requests", ({ log }) => count(totalOf(log))),
      [...row("failed requests", (of) => count(failedOf(of))), ...goalCells(failures).slice(1)],
      row("failed requests per switch", (of) => count(failedOf(of) / of.switches.length)),
      [...row("stale answers", (of) => count(staleOf(of))), ...goalCells(stale).slice(1)],
      row("longest gap", (of) => ms(gap(of))),
      row("p99 during a switch", (of) => ms(p99(of, switching(of)))),
      row("p99 between switches", (of) => ms(p99(of, resting(of)))),
      row("during / between", (of) => times(p99(of, switching(of)) / p99(of, resting(of)))),
    ],
    times: [
      timeRow(all, "time of the command, p50", (one) => one.acknowledgedAt - one.startedAt),
      timeRow(all, "until the balancer has followed, p50", timeToFollow),
      row("relative to the first column", (of) => times(followed(of) / followed(all[0]!))),
    ],
    calls: row("API calls per switch", ({ switches }) =>
      count(median(switches.map(({ calls }) => calls.length))),
    ),
  };
}

/** Medians over the switches, of milliseconds. */
export function timeRow<Kind extends Moves["kind"]>(
  all: readonly Moves<Kind>[],
  name: string,
  value: (one: CloudSwitch, of: Moves<Kind>, turn: number) => number,
): string[] {
  const cells = all.map((of) =>
    seconds(median(of.switches.map((one, turn) => value(one, of, turn)))),
  );
  return [name, ...cells];
}

export function failedOf(moves: Moves): number {
  const windows = moves.switches.map(({ startedAt, until }) => ({ from: startedAt, to: until }));
  return sum(windows.map((window) => failedIn(moves.log, window)));
}

export function staleOf({ seen }: Moves): number {
  return sum(seen.map(({ stale }) => stale));
}

/** A paragraph of what failed first in each way of ours, for a method; none where nothing did. */
export function firstFailures(all: readonly Moves[]): string[] {
  const failures = all
    .filter(({ kind }) => kind.isOurs)
    .flatMap(({ kind, log }) => log.failures.map((failure) => `${kind.name}: ${failure}`));
  return failures.length > 0 ? [`First failures of ours: ${failures.join("; ")}`] : [];
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** From the command's start until the balancer had followed. */
function switching({ switches }: Moves): Window[] {
  return switches.map(({ startedAt, movedAt }) => ({ from: startedAt, to: movedAt }));
}

function resting({ switches }: Moves): Window[] {
  return switches.map(({ movedAt, until }) => ({ from: movedAt, to: until }));
}

function timeToFollow({ startedAt, movedAt }: CloudSwitch): number {
  return movedAt - startedAt;
}

function followed({ switches }: Moves): number {
  return median(switches.map(timeToFollow));
}
