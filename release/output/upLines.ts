/** What some resources are, for somebody who sees them for the first time. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/^network$/, "the network that both colors share"],
  [/^(blue|green)-image$/, "its image, found by id"],
  [/^(blue|green)-\d+$/, "container"],
  [/^gate(-(blue|green)-\d+)?$/, "the checks that every host must pass before it may take traffic"],
  [/^edge$/, "the balancer with its list of hosts"],
  [/^(edge|balancer)-route$/, "the route: which color takes traffic"],
];

/** Without components, which are the program's structure only. */
const CHANGE =
  /^\s*([-+~]{1,2})\s+(?!blue-green:|pulumi:)[\w.-]+:\S+:\S+ (\S+) (created|updated|deleted|replaced)(?: \(([^)]*)\))?/;
const DIAGNOSTIC = /^\s*(?:\S+ )*(warning|error): (.*)$/;
const WAIT = /(\S+ lost its traffic a moment ago; .*)$/;

/**
 * A line of `pulumi up` or `destroy` in short; undefined where it tells a newcomer nothing, such as
 * what belongs to the program's structure only.
 */
export function shortLine(line: string): string | undefined {
  const change = CHANGE.exec(line);
  if (change) {
    const [, sign = "", name = "", verb = "", time = ""] = change;
    const meaning = MEANINGS.find(([pattern]) => pattern.test(name))?.[1] ?? "";
    return `${sign.padEnd(2)}${verb} ${name.padEnd(12)}${time.padStart(6)}  ${meaning}`.trimEnd();
  }
  const diagnostic = DIAGNOSTIC.exec(line);
  if (diagnostic?.[1] === "warning") return `warning: ${diagnostic[2]}`;
  return WAIT.exec(line)?.[1];
}

/** The start of the route's change, as `pulumi up` announces it. */
export function isRouteStart(line: string): boolean {
  return /command:local:Command edge-route (creating|updating|replacing)\b/.test(line);
}

/** What a preview says, without its progress dots and empty lines. */
export function previewLines(output: string): string[] {
  return output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("@") && !/pulumi:pulumi:Stack/.test(line));
}
