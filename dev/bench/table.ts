import { type Goal, type Result, verdict } from "./result.ts";

/** A Markdown table whose columns are aligned, so that it reads well in a terminal too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(3, ...lines.map((line) => (line[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => pad(cells[column] ?? "", width, column)).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Names to the left, figures to the right. */
function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** A benchmark as Markdown: title, method, table. */
export function resultText({ title, method, head, rows }: Result): string {
  return [`## ${title}`, ...method, table(head, rows)].join("\n\n");
}

/** All goals of a run. */
export function goalsText(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => [goal.name, goal.measured, goal.goal, verdict(goal)]);
  return `## Goals\n\n${table(["goal", "measured", "wanted", ""], rows)}`;
}
