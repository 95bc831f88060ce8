import type { Color } from "../../lib/color.ts";

/** The processes at work, and the color that they work in. */
export interface WorkingProcesses {
  readonly color: Color;
  /** Containers by process: `worker` 2. */
  readonly counts: Readonly<Record<string, number>>;
}

/** @param outputs The stack's. @returns undefined for a stack without processes. */
export function workingProcesses(
  outputs: Readonly<Record<string, unknown>>,
): WorkingProcesses | undefined {
  const pools = (outputs["pools"] ?? {}) as Partial<Record<Color, Pool>>;
  const color = outputs["activeColor"] as Color;
  const counts: Record<string, number> = {};
  for (const { name, runs } of pools[color]?.processes ?? []) {
    if (runs) counts[name] = (counts[name] ?? 0) + 1;
  }
  return Object.keys(counts).length === 0 ? undefined : { color, counts };
}

interface Pool {
  readonly processes?: readonly { readonly name: string; readonly runs: boolean }[];
}

/** `worker 2, beat 1 in green` */
export function describeWorking({ color, counts }: WorkingProcesses): string {
  const each = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return `${each.join(", ")} in ${color}`;
}
