import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { edgeManualCommands } from "../edge/manualCommands.ts";
import { lookAtEdge } from "../edge/lookAtEdge.ts";
import { scriptCall } from "../../lib/hostScript.ts";
import { EDGE_HOST, type StackNames } from "../../lib/naming.ts";
import {
  containerListArgs,
  type EdgeAnswer,
  type Observation,
  type ObservedContainer,
  parseContainerLine,
  parseEdgeAnswer,
} from "../../lib/observation.ts";
import { UserError } from "../../lib/userError.ts";

const run = promisify(execFile);
const DEADLINE_MS = 30_000;

/**
 * Asks Docker on this machine and the edge's HAProxy what is there. Changes nothing.
 *
 * @throws UserError where Docker does not answer.
 */
export async function observe(names: StackNames, edgeImage: string): Promise<Observation> {
  const [edge, containers] = await Promise.all([
    observeEdge(names, edgeImage),
    listContainers(names),
  ]);
  const { generation, image, lostTrafficAt, ...observed } = edge;
  return {
    manualCommands: edgeManualCommands(names.edge),
    balancer: observed,
    edgeGenerations: generation === undefined ? {} : { [EDGE_HOST]: generation },
    ...(image !== undefined && { edgeImage: image }),
    containers,
    lostTrafficAt,
  };
}

/** Where Docker does not answer nothing is known; the list of containers says so. */
async function observeEdge(names: StackNames, edgeImage: string): Promise<EdgeAnswer> {
  const asking = run("sh", ["-c", scriptCall("up")], { timeout: DEADLINE_MS });
  asking.child.stdin?.end(lookAtEdge(names, edgeImage));
  const { stdout } = await asking.catch(() => ({ stdout: "" }));
  return parseEdgeAnswer(stdout, Date.now());
}

async function listContainers(names: StackNames): Promise<ObservedContainer[]> {
  try {
    const options = { timeout: DEADLINE_MS, maxBuffer: 16 * 2 ** 20 };
    const { stdout } = await run("docker", containerListArgs(names.stack), options);
    return stdout.split("\n").flatMap((line) => parseContainerLine(line) ?? []);
  } catch (error) {
    throw new UserError(
      `Docker does not answer on this machine: ${reason(error)}\n` +
        `Start it, or let the set-up do it: npm run setup`,
    );
  }
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split("\n").at(-1) ?? "";
}
