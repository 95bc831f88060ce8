import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { edgeByHand } from "../../lib/haproxy/byHand.ts";
import type { StackNames } from "../../lib/naming.ts";
import {
  type EdgeAnswer,
  type Observation,
  type ObservedContainer,
  containerListArgs,
  parseContainerLine,
  parseEdgeAnswer,
} from "../../lib/observation.ts";
import type { EdgeObservation } from "../../lib/routeDecision.ts";
import { UserError } from "../../lib/userError.ts";

const run = promisify(execFile);
const DEADLINE_MS = 30_000;

/**
 * Asks Docker on this machine and the edge's HAProxy what is there. Changes nothing.
 *
 * @throws UserError where Docker does not answer.
 */
export async function observe(names: StackNames, edgeImage: string): Promise<Observation> {
  const [edge, containers] = await Promise.all([inspectEdge(names), listContainers(names)]);
  const answer = await askEdge(edge.state, names, edgeImage);
  const { real, record, lostTrafficAt } = answer;
  return {
    byHand: edgeByHand(names.edge),
    edge: { ...edge, ...(real !== undefined && { real }), ...(record && { record }) },
    containers,
    lostTrafficAt,
  };
}

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run("docker", args, { timeout: DEADLINE_MS, maxBuffer: 16 * 2 ** 20 });
  return stdout;
}

async function listContainers(names: StackNames): Promise<ObservedContainer[]> {
  try {
    const text = await docker(...containerListArgs(names.stack));
    return text.split("\n").flatMap((line) => parseContainerLine(line) ?? []);
  } catch (error) {
    throw new UserError(
      `Docker does not answer on this machine: ${reason(error)}\n` +
        `Start it, or let the set-up do it: npm run setup`,
    );
  }
}

async function inspectEdge(
  names: StackNames,
): Promise<{ state: EdgeObservation["state"]; generation: string }> {
  const format = '{{.State.Running}} {{index .Config.Labels "blue-green.generation"}}';
  const text = await docker("container", "inspect", "--format", format, names.edge).catch(() => "");
  const [isRunning, generation = ""] = text.trim().split(" ");
  return { state: !text ? "absent" : isRunning === "true" ? "running" : "stopped", generation };
}

/** Without a running edge, its record is still in its volume. */
async function askEdge(
  state: EdgeObservation["state"],
  names: StackNames,
  edgeImage: string,
): Promise<EdgeAnswer> {
  const silent: EdgeAnswer = { lostTrafficAt: {} };
  if (state === "running") {
    return docker("exec", names.edge, "sh", "/edge/show-route").then(
      (text) => parseEdgeAnswer(text, Date.now()),
      () => silent,
    );
  }
  const hasVolume = await docker("volume", "inspect", names.edgeVolume).then(
    () => true,
    () => false,
  );
  if (!hasVolume) return silent;
  const volume = `${names.edgeVolume}:/edge:ro`;
  const read = ["run", "--rm", "--network", "none", "--volume", volume, edgeImage];
  return docker(...read, "cat", "/edge/route.record").then(
    (text) => parseEdgeAnswer(text, Date.now()),
    () => silent,
  );
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split("\n").at(-1) ?? "";
}
