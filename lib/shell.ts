/** Quotes any text as one word for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export type ScriptValues = Readonly<Record<string, string | number | boolean>>;

/** Assignments for the top of a host script, one per line in the given order, and an empty line. */
export function scriptHeader(values: ScriptValues): string {
  const lines = Object.entries(values).map(
    ([name, value]) => `${name}=${shellQuote(String(value))}`,
  );
  return `${lines.join("\n")}\n\n`;
}

/** Parses the assignments of `scriptHeader` at the top of a script. */
export function readScriptHeader(script: string): Record<string, string> {
  const values: Record<string, string> = {};
  const assignment = /([A-Z_]+)='((?:[^']|'\\'')*)'\n/y;
  for (let match = assignment.exec(script); match; match = assignment.exec(script)) {
    values[match[1] ?? ""] = (match[2] ?? "").replaceAll(`'\\''`, "'");
  }
  return values;
}
