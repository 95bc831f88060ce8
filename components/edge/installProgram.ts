import { scriptText } from "../../lib/hostScript.ts";
import { NO_ROUTE } from "../../lib/routeDecision.ts";
import { shellQuote } from "../../lib/shell.ts";

/** The program that writes an edge's files to its volume and loads its configuration. */
export function edgeProgram(configuration: string, drainSeconds: number): string {
  return installProgram(configuration, drainSeconds, [
    put("entry", scriptText("edge/entry.sh")),
    put("grant", scriptText("edge/grant.sh")),
    put("set-route", scriptText("edge/set-route.sh")),
    put("show-route", scriptText("edge/show-route.sh")),
    put("leave", scriptText("edge/leave.sh")),
    `put_first route.map ${shellQuote(`route ${NO_ROUTE}\n`)}\n`,
  ]);
}

/** The same for a sidecar, which has no route. */
export function sidecarProgram(configuration: string, drainSeconds: number): string {
  return installProgram(configuration, drainSeconds, []);
}

function installProgram(
  configuration: string,
  drainSeconds: number,
  files: readonly string[],
): string {
  return (
    scriptText("edge/install.sh") +
    `DRAIN_SECONDS=${drainSeconds}\n` +
    files.join("") +
    put("haproxy.cfg.next", configuration) +
    'take_configuration "${1:-}"\n'
  );
}

function put(file: string, text: string): string {
  return `put ${file} ${shellQuote(text)}\n`;
}
