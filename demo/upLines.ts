import { describeResource } from "../release/output/describe.ts";

/** Without components, which are the program's structure only. */
const CHANGE =
  /^\s*[-+~]{1,2}\s+(?!blue-green:|pulumi:)[\w.-]+:\S+:\S+ (\S+) (created|updated|deleted|replaced)(?: \(([^)]*)\))?/;
const DIAGNOSTIC = /^\s*(?:\S+ )*(warning|error): (.*)$/;
const WAIT = /(\S+ lost its traffic a moment ago; .*)$/;

/**
 * A line of `pulumi up` or `destroy` in short; undefined where it tells a newcomer nothing, such as
 * what belongs to the program's structure only.
 */
export function shortLine(line: string): string | undefined {
  const change = CHANGE.exec(line);
  if (change) {
    const [, name = "", action = "", time = ""] = change;
    return describeResource(action, name, time);
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
