/** Of all that a Pulumi command that failed has said, the part that says why. */
export function whatWentWrong(what: string, said: string): string {
  const lines = said.split("\n").map((line) => line.trimEnd());
  const from = lines.findIndex((line) => line.trim() === "Diagnostics:");
  const to = lines.findIndex(
    (line, at) => at > from && /^(Outputs|Resources|Duration):/.test(line),
  );
  const diagnostics = from < 0 ? [] : lines.slice(from + 1, to < 0 ? undefined : to);
  const errors = lines.filter((line) => line.trimStart().startsWith("error: "));
  const kept = diagnostics.length > 0 ? diagnostics : errors.length > 0 ? errors : lines;
  return `${what} failed:\n${kept.filter((line) => line !== "").join("\n")}`;
}
