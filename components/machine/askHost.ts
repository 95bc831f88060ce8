import { DEPLOY_USER } from "./cloudInit.ts";
import { lookAtEdge } from "../edge/lookAtEdge.ts";
import type { SeenEdge, Silence } from "../edge/mergeEdges.ts";
import { scriptCall } from "../../lib/hostScript.ts";
import type { StackNames } from "../../lib/naming.ts";
import {
  containerListArgs,
  type ObservedContainer,
  parseContainerLine,
  parseEdgeAnswer,
} from "../../lib/observation.ts";
import { shellQuote } from "../../lib/shell.ts";
import { acceptedKeys, type SshSecrets } from "./hostKeys.ts";
import { runOverSsh, Unreachable } from "./sshClient.ts";

/** A host in a cloud, as its account knows it. */
export interface HostAddress {
  /** Within the stack: `blue-1`. */
  readonly hostName: string;
  /** Empty while it is new. */
  readonly publicAddress: string;
}

const DEADLINE_MS = 30_000;

/** The app's containers of a host. */
export async function listContainers(
  host: HostAddress,
  names: StackNames,
  secrets: SshSecrets,
): Promise<ObservedContainer[] | Silence> {
  const command = ["docker", ...containerListArgs(names.stack)].map(shellQuote).join(" ");
  const said = await askHost(host, names, secrets, command, "");
  if (typeof said !== "string") return said;
  return said.split("\n").flatMap((line) => parseContainerLine(line) ?? []);
}

/** What an edge's host says of it. */
export async function askEdge(
  host: HostAddress,
  names: StackNames,
  secrets: SshSecrets,
  edgeImage: string,
): Promise<SeenEdge> {
  const script = lookAtEdge(names, edgeImage);
  const said = await askHost(host, names, secrets, scriptCall("up"), script);
  const answer = typeof said === "string" ? parseEdgeAnswer(said, Date.now()) : said;
  return { host: host.hostName, answer };
}

async function askHost(
  { hostName, publicAddress }: HostAddress,
  { stack }: StackNames,
  secrets: SshSecrets,
  command: string,
  stdin: string,
): Promise<string | Silence> {
  if (!publicAddress) return { problem: `${hostName}: the host has no address yet.` };
  const keys = acceptedKeys(secrets, stack, hostName);
  const target = {
    name: hostName,
    address: publicAddress,
    user: DEPLOY_USER,
    deployKeys: keys.deploy,
    hostKeys: keys.host,
  };
  try {
    const { code, stdout, stderr } = await runOverSsh(target, command, stdin, DEADLINE_MS);
    return code === 0 ? stdout : { problem: `${hostName}: ${stderr.trim()}` };
  } catch (error) {
    if (error instanceof Unreachable) return { problem: error.message };
    throw error;
  }
}
