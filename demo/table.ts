import { duration } from "../lib/duration.mjs";

/** Measurements of the requests during one switch; times in milliseconds. */
export interface Measured {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  /** From the start of the route's change to the last answer of the old color; absent if not seen. */
  readonly switchMs?: number;
  readonly upMs: number;
  readonly longestGap: number;
  /** Answers from the old color to requests that began after `pulumi up` ended. */
  readonly stale: number;
}

type Row = readonly [label: string, value: (measured: Measured) => string];

const ROWS: readonly Row[] = [
  ["requests", ({ requests }) => count(requests)],
  ["failed requests", ({ failed }) => count(failed)],
  ["old color after the switch", ({ stale }) => count(stale)],
  ["answer time p50", ({ p50 }) => milliseconds(p50)],
  ["answer time p99", ({ p99 }) => milliseconds(p99)],
  ["longest gap", ({ longestGap }) => milliseconds(longestGap)],
  ["switch time", ({ switchMs }) => (switchMs === undefined ? "not seen" : milliseconds(switchMs))],
  ["pulumi up", ({ upMs }) => duration(upMs)],
];

/** The lines of a table with a column for each switch. */
export function table(columns: Readonly<Record<string, Measured>>): string[] {
  const header = ["", ...Object.keys(columns)];
  const body = ROWS.map(([label, value]) => [label, ...Object.values(columns).map(value)]);
  const rows = [header, ...body];
  const widths = header.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("   ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "-".repeat(width)).join("   ");
  return [lines[0] ?? "", rule, ...lines.slice(1)];
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Such as `3.1 ms`, `41 ms` or `1,204 ms`. */
function milliseconds(value: number): string {
  if (Number.isNaN(value)) return "none";
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
}
