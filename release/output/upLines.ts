/** What resources of some names are, for a reader who sees them for the first time. */
export type Meanings = readonly (readonly [RegExp, string])[];

export const MEANINGS: Meanings = [
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
/** What the OpenStack provider says of each part of a load balancer, and means nothing: docs/ovh.md. */
const NOISE = /Support for neutron-lbaas will be removed|useOctavia/;
const WAIT = /(\S+ lost its traffic a moment ago; .*)$/;

/**
 * A line of `pulumi up` or `destroy` in short; undefined where it tells a newcomer nothing, such as
 * what belongs to the program's structure only.
 */
export function shortLine(line: string, meanings = MEANINGS, width = 12): string | undefined {
  const change = CHANGE.exec(line);
  if (change) {
    const [, sign = "", name = "", verb = "", time = ""] = change;
    const meaning = meaningOf(name, meanings) ?? "";
    return `${sign.padEnd(2)}${verb} ${name.padEnd(width)}${time.padStart(6)}  ${meaning}`.trimEnd();
  }
  const diagnostic = DIAGNOSTIC.exec(line);
  if (diagnostic?.[1] === "warning" && NOISE.test(line)) return undefined;
  if (diagnostic?.[1] === "warning") return `warning: ${diagnostic[2]}`;
  return WAIT.exec(line)?.[1];
}

function meaningOf(name: string, meanings: Meanings): string | undefined {
  return meanings.find(([pattern]) => pattern.test(name))?.[1];
}

/** Whether a line says that a resource was changed of which these meanings tell nothing. */
export function isMinorChange(line: string, meanings: Meanings): boolean {
  const name = CHANGE.exec(line)?.[2];
  return name !== undefined && meaningOf(name, meanings) === undefined;
}

/** The start of the route's change, as `pulumi up` announces it. */
export function isRouteStart(line: string): boolean {
  const route = /command:local:Command (edge|balancer)-route (creating|updating|replacing)\b/;
  return route.test(line);
}

/** What a preview says, without its progress dots and empty lines. */
export function previewLines(output: string): string[] {
  return output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("@") && !/pulumi:pulumi:Stack/.test(line));
}
