import { scriptText } from "../hostScript.ts";
import { shellQuote } from "../shell.ts";

/** The program that brings an edge's files to its volume, and its configuration into force. */
export function edgeProgram(configuration: string, drainSeconds: number): string {
  const put = (file: string, text: string) => `put ${file} ${shellQuote(text)}\n`;
  return (
    scriptText("edge/install.sh") +
    `DRAIN_SECONDS=${drainSeconds}\n` +
    put("set-route", scriptText("edge/set-route.sh")) +
    put("show-route", scriptText("edge/show-route.sh")) +
    put("haproxy.cfg.next", configuration) +
    'take_configuration "${1:-}"\n'
  );
}
