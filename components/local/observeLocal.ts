import { EDGE_HOST, type StackNames } from "../../lib/naming.ts";
import { type EdgeAnswer, type Observation, parseEdgeAnswer } from "../../lib/observation.ts";
import { takenBackWarning } from "../../lib/routeDecision.ts";
import { UserError } from "../../lib/userError.ts";
import { lookAtEdge } from "../edge/lookAtEdge.ts";
import { edgeManualCommands } from "../edge/manualCommands.ts";
import { THIS_MACHINE } from "../machine/exec.ts";
import { listContainers } from "../machine/listContainers.ts";

/**
 * Asks Docker on this machine and the edge's HAProxy what exists. Changes nothing.
 *
 * @throws UserError if Docker does not answer.
 */
export async function observeLocal(names: StackNames, edgeImage: string): Promise<Observation> {
  const [answer, engine] = await Promise.all([
    edgeAnswer(names, edgeImage),
    listContainers(THIS_MACHINE, names).catch((error: Error) => {
      throw dockerIsSilent(error);
    }),
  ]);
  const { containerGeneration, edge: running, lostTrafficAt, ...observed } = answer;
  const takenBack = takenBackWarning(observed);
  return {
    manualCommands: edgeManualCommands(names.edge),
    balancer: observed,
    edgeGenerations: containerGeneration === undefined ? {} : { [EDGE_HOST]: containerGeneration },
    ...(running && { edges: { [EDGE_HOST]: running } }),
    ...engine,
    lostTrafficAt,
    warnings: takenBack === undefined ? [] : [takenBack],
  };
}

/** Empty if Docker does not answer; listing the containers reports that. */
function edgeAnswer(names: StackNames, edgeImage: string): Promise<EdgeAnswer> {
  return lookAtEdge(THIS_MACHINE, names, edgeImage).catch(() => parseEdgeAnswer("", Date.now()));
}

function dockerIsSilent({ message }: Error): UserError {
  return new UserError(
    `Docker does not answer on this machine: ${message.split("\n").at(-1) ?? ""}\n` +
      "Start it: systemctl start docker, as root. A checkout of this program installs it: npm run setup",
  );
}
