import {
  describeResource,
  meaningOf,
  MEANINGS,
  type Meanings,
} from "../release/output/describe.ts";

/** Excludes components, which only give the program structure. */
const CHANGE =
  /^\s*[-+~]{1,2}\s+(?!blue-green:|pulumi:)[\w.-]+:\S+:\S+ (\S+) (created|updated|deleted|replaced)(?: \(([^)]*)\))?/;
const DIAGNOSTIC = /^\s*(?:\S+ )*(warning|error): (.*)$/;
/** Meaningless warnings of the OpenStack provider about each part of a load balancer: docs/ovh.md. */
const NOISE = /Support for neutron-lbaas will be removed|useOctavia/;
const WAIT = /(\S+ lost its traffic a moment ago; .*)$/;

/**
 * Shortens a line of `pulumi up` or `destroy`; undefined if it means nothing to a newcomer, such as a
 * component.
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

/** Whether a line reports a change of a resource without a meaning here. */
export function isMinorChange(line: string, meanings: Meanings): boolean {
  const name = CHANGE.exec(line)?.[1];
  return name !== undefined && meaningOf(name, meanings) === undefined;
}

/** Whether the line announces the route's change. */
export function isRouteStart(line: string): boolean {
  const route = /command:local:Command (edge|balancer)-route (creating|updating|replacing)\b/;
  return route.test(line);
}

/** A preview's output without progress dots and empty lines. */
export function previewLines(output: string): string[] {
  return output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("@") && !/pulumi:pulumi:Stack/.test(line));
}
