/** One kind of resource in an account, with its items. */
export interface Holding {
  readonly kind: string;
  readonly items: readonly string[];
}

/** One line per item, the first with its kind; skips kinds without items. */
export function holdingLines(holdings: readonly Holding[]): string[] {
  const present = holdings.filter(({ items }) => items.length > 0);
  if (present.length === 0) return ["nothing"];
  const width = Math.max(...present.map(({ kind }) => kind.length));
  return present.flatMap(({ kind, items }) =>
    items.map((item, at) => `${(at === 0 ? kind : "").padEnd(width)}  ${item}`),
  );
}

/** Pads each cell to the width of its column. */
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

/** A name without the stack's common prefix. */
export function shortName(name: string, stack: string): string {
  return name.replace(`blue-green-${stack}-`, "");
}
