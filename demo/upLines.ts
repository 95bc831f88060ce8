import {
  describeResource,
  meaningOf,
  MEANINGS,
  type Meanings,
} from "../release/output/describe.ts";

/** Without components, which are the program's structure only. */
const CHANGE =
  /^\s*[-+~]{1,2}\s+(?!blue-green:|pulumi:)[\w.-]+:\S+:\S+ (\S+) (created|updated|deleted|replaced)(?: \(([^)]*)\))?/;
const DIAGNOSTIC = /^\s*(?:\S+ )*(warning|error): (.*)$/;
/** What the OpenStack provider says of each part of a load balancer, and means nothing: docs/ovh.md. */
const NOISE = /Support for neutron-lbaas will be removed|useOctavia/;
const WAIT = /(\S+ lost its traffic a moment ago; .*)$/;

/**
 * A line of `pulumi up` or `destroy` in short; undefined where it tells a newcomer nothing, such as
 * what belongs to the program's structure only.
 */
export function shortLine(line: string, meanings = MEANINGS, width?: number): string | undefined {
  const change = CHANGE.exec(line);
  if (change) {
    const [, name = "", action = "", time = ""] = change;
    return describeResource(action, name, time, meanings, width);
  }
  const diagnostic = DIAGNOSTIC.exec(line);
  if (diagnostic?.[1] === "warning" && NOISE.test(line)) return undefined;
  if (diagnostic?.[1] === "warning") return `warning: ${diagnostic[2]}`;
  return WAIT.exec(line)?.[1];
}

/** Whether a line says that a resource was changed of which these meanings tell nothing. */
export function isMinorChange(line: string, meanings: Meanings): boolean {
  const name = CHANGE.exec(line)?.[1];
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
