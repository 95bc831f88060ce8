/** One kind of thing in an account, and what there is of it. */
export interface Holding {
  readonly kind: string;
  readonly items: readonly string[];
}

/** A line for each item, with the kind before the first; kinds without items are left out. */
export function holdingLines(holdings: readonly Holding[]): string[] {
  const present = holdings.filter(({ items }) => items.length > 0);
  if (present.length === 0) return ["nothing"];
  const width = Math.max(...present.map(({ kind }) => kind.length));
  return present.flatMap(({ kind, items }) =>
    items.map((item, at) => `${(at === 0 ? kind : "").padEnd(width)}  ${item}`),
  );
}

/** Cells of rows, each as wide as the widest of its column. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => (row[at] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Names without what all of the stack's names begin with. */
export function shortName(name: string, stack: string): string {
  return name.replace(`blue-green-${stack}-`, "");
}
