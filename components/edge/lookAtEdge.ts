import { scriptInput } from "../../lib/hostScript.ts";
import type { StackNames } from "../../lib/naming.ts";

/** What a host is asked by standard input to learn about its edge; see `parseEdgeAnswer`. */
export function lookAtEdge(names: StackNames, image: string): string {
  const values = {
    CONTAINER: names.edge,
    STACK: names.stack,
    VOLUME: names.edgeVolume,
    IMAGE: image,
  };
  return scriptInput("look-at-edge.sh", values, "");
}
