import { INVARIANTS } from "./invariants.ts";
import type { TrialResult } from "./campaign.ts";
import { commandsIn, faultsIn } from "./history.ts";

/** What a campaign has seen, as Markdown. */
export function campaignTable(results: readonly TrialResult[]): string {
  const histories = results.map(({ history }) => history);
  const entries = histories.flatMap((history) => history.entries);
  const actions = histories.flatMap((history) => history.actions);
  const faults = tally(faultsIn(entries).map(({ fault }) => fault));
  const violations = results.flatMap((result) => result.violations);
  const unsafe = actions.flatMap(({ unsafeSeconds }) => unsafeSeconds ?? []).sort((a, b) => a - b);
  const rows: readonly (readonly [string, string])[] = [
    ["trials", String(results.length)],
    ["releases and rollbacks", String(actions.length)],
    ["commands", String(commandsIn(entries).length)],
    ["requests", sum(histories.map(({ requests }) => requests)).toLocaleString("en")],
    ["faults", String(sum([...faults.values()]))],
    ...[...faults].sort().map(([fault, count]) => [`fault: ${fault}`, String(count)] as const),
    ...INVARIANTS.map(
      (invariant) =>
        [
          `violations: ${invariant}`,
          String(violations.filter((one) => one.invariant === invariant).length),
        ] as const,
    ),
    ["time until users were safe, p50", seconds(unsafe[Math.floor(unsafe.length / 2)])],
    ["time until users were safe, max", seconds(unsafe.at(-1))],
  ];
  return ["| | |", "|---|---|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join(
    "\n",
  );
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function seconds(value: number | undefined): string {
  return value === undefined ? "none" : `${value.toFixed(1)} s`;
}
