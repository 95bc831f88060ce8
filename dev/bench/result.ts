import { count, percent, times } from "./format.ts";

/** One promise with a number in it, and what was measured. */
export interface Goal {
  readonly name: string;
  readonly measured: string;
  readonly goal: string;
  readonly isMet: boolean;
}

/** What a benchmark prints. */
export interface Result {
  readonly title: string;
  /** What was done, how often and with what; a paragraph each. */
  readonly method: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly goals: readonly Goal[];
}

/** A measurement that does not exist (NaN) meets nothing. */
function goal(name: string, measured: string, limit: string, isMet: boolean): Goal {
  return { name, measured, goal: limit, isMet };
}

export function none(name: string, measured: number): Goal {
  return goal(name, count(measured), "0", measured === 0);
}

export function atLeast(name: string, measured: number, least: number): Goal {
  return goal(name, count(measured), `at least ${count(least)}`, measured >= least);
}

export function atMost(name: string, measured: number, most: number, text = count): Goal {
  return goal(name, text(measured), `at most ${text(most)}`, measured <= most);
}

export function atMostShare(name: string, measured: number, most: number): Goal {
  return goal(name, percent(measured), `at most ${percent(most)}`, measured <= most);
}

export function ratioAtMost(name: string, measured: number, most: number): Goal {
  return goal(name, times(measured), `at most ${times(most)}`, measured <= most);
}

export function ratioAtLeast(name: string, measured: number, least: number): Goal {
  return goal(name, times(measured), `at least ${times(least)}`, measured >= least);
}

export function verdict({ isMet }: Goal): string {
  return isMet ? "met" : "missed";
}

/** The last cells of a row that has a goal. */
export function goalCells(of: Goal): string[] {
  return [of.measured, of.goal, verdict(of)];
}
