import { scriptCall, scriptInput } from "../../lib/hostScript.ts";
import type { StackNames } from "../../lib/naming.ts";
import { type EdgeAnswer, parseEdgeAnswer } from "../../lib/observation.ts";
import { type ExecHost, execOutput } from "../machine/exec.ts";

const ASK_MS = 30_000;

/** Reads the state of a host's edge. Changes nothing. @throws as `execOutput` does */
export async function lookAtEdge(
  host: ExecHost,
  names: StackNames,
  image: string,
): Promise<EdgeAnswer> {
  const values = {
    CONTAINER: names.edge,
    STACK: names.stack,
    VOLUME: names.edgeVolume,
    IMAGE: image,
  };
  const input = scriptInput("look-at-edge.sh", values, "");
  const said = await execOutput(host, ["sh", "-c", scriptCall("up")], { input, timeoutMs: ASK_MS });
  return parseEdgeAnswer(said, Date.now());
}
