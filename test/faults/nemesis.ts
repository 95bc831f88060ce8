import { pause } from "../helpers/asking.ts";
import type { FaultEntry } from "./history.ts";
import type { Stage } from "./stage.ts";
import type { Fault, Faults } from "./target.ts";

/** What the command that runs must have come to; a rollback gives traffic too. */
type Phase = "any" | "begun" | "giving" | "watch" | "failed";

/** When a fault strikes: so long after the last one, and after the command has come to a phase. */
export interface Moment {
  readonly phase: Phase;
  readonly delayMs: number;
  /** How long to wait for the phase, which may never come. Default: 12 seconds. */
  readonly mostWaitMs?: number;
}

export interface PlannedFault {
  readonly name: string;
  readonly moment: Moment;
  /** The next one does not wait for its end. */
  readonly isBeside: boolean;
}

/** Most of what is promised happens around the moments in which the traffic moves. */
const PHASES: readonly Phase[] = ["any", "begun", "begun", "giving", "giving", "watch", "failed"];
const MOST_DELAY_MS = 3000;
const MOST_WAIT_MS = 12_000;

/** The faults of a trial. The same numbers give the same ones. */
export function planFaults(
  names: readonly string[],
  count: number,
  random: () => number,
): readonly PlannedFault[] {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  return Array.from({ length: count }, () => ({
    name: pick(names),
    moment: { phase: pick(PHASES), delayMs: random() * MOST_DELAY_MS },
    isBeside: random() < 0.4,
  }));
}

export interface NemesisArgs {
  readonly stage: Stage;
  readonly faults: Faults;
  readonly plan: readonly PlannedFault[];
  readonly apply: (fault: Fault) => Promise<boolean>;
  readonly record: (entry: FaultEntry) => void;
  /** Whether no command will run any more. */
  readonly isOver: () => boolean;
}

/** Lets the planned faults strike, one after the other or beside each other. */
export async function strikeAll(args: NemesisArgs): Promise<void> {
  const beside: Promise<void>[] = [];
  for (const planned of args.plan) {
    if (!(await waitFor(args, planned.moment))) break;
    const struck = strike(args, planned);
    if (planned.isBeside) beside.push(struck);
    else await struck;
  }
  await Promise.all(beside);
}

/** @returns false if no command runs any more */
async function waitFor({ stage, isOver }: NemesisArgs, moment: Moment): Promise<boolean> {
  const deadline = Date.now() + (moment.mostWaitMs ?? MOST_WAIT_MS);
  while (!isIn(moment.phase, stage.said) && Date.now() < deadline && !isOver()) await pause(20);
  await pause(moment.delayMs);
  while (stage.pid === undefined && !isOver()) await pause(20);
  return !isOver();
}

function isIn(phase: Phase, said: string): boolean {
  const step = [...said.matchAll(/"event":"began","step":"([^"]+)"/g)].at(-1)?.[1] ?? "";
  switch (phase) {
    case "any":
      return true;
    case "begun":
      return step !== "";
    case "giving":
      return /^(canary|switch|rollback)/.test(step);
    case "watch":
      return step === "watch";
    case "failed":
      return /"outcome":"FAIL"|"event":"going-back"/.test(said);
  }
}

async function strike(
  { stage, faults, apply, record }: NemesisArgs,
  { name }: PlannedFault,
): Promise<void> {
  const fault = faults[name];
  if (!fault) throw new Error(`no fault is named ${name}`);
  const { leavesWork = false, movesTraffic = false, holdsUp = false, cutsForMs } = fault;
  await stage.strike(async () => {
    const at = Date.now();
    if (!(await apply(fault))) return;
    const endedAt = Date.now();
    const cutsUntil = cutsForMs === undefined ? {} : { cutsUntil: endedAt + cutsForMs };
    record({
      ...{ entry: "fault", fault: name, at, endedAt, leavesWork, movesTraffic, holdsUp },
      ...cutsUntil,
    });
  });
}
