import { runOverSsh } from "../machine/sshClient.ts";
import { DEPLOY_USER } from "../machine/cloudInit.ts";
import { edgeHostName, type StackNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";
import { shellQuote } from "../../lib/shell.ts";
import { hostKeys } from "../machine/hostKeys.ts";

import { cloudHosts } from "./stackMachines.ts";

const DEADLINE_MS = 15_000;

/** One of a stack's edges, and a way to run a script inside its container. */
export interface EdgeShell {
  readonly name: string;
  readonly address: string;
  readonly run: (script: string) => Promise<string>;
}

/** The stack's edges on machines in a cloud, by SSH. */
export async function scriptInEdges(settings: Settings, names: StackNames): Promise<EdgeShell[]> {
  const { ssh, edge } = settings;
  if (!ssh) throw new Error("the target has no edges on hosts of their own");
  const wanted = Array.from({ length: edge.hosts }, (_, at) => edgeHostName(at + 1));
  return (await cloudHosts(settings, names))
    .filter(({ hostName }) => wanted.includes(hostName))
    .map(({ hostName, publicAddress }) => ({
      name: hostName,
      address: publicAddress,
      run: (script) => inEdge(hostName, publicAddress, ssh.secret, names, script),
    }));
}

async function inEdge(
  name: string,
  address: string,
  secret: string,
  { stack, edge }: StackNames,
  script: string,
): Promise<string> {
  const keys = hostKeys(secret, stack, name);
  const target = {
    name,
    address,
    user: DEPLOY_USER,
    deployKeys: [keys.deploy],
    hostKeys: [keys.host],
  };
  const command = ["timeout", "10", "docker", "exec", edge, "sh", "-c", script];
  const words = command.map(shellQuote).join(" ");
  const { code, stdout, stderr } = await runOverSsh(target, words, "", DEADLINE_MS);
  if (code !== 0) throw new Error(stderr.trim() || `the script ended with code ${code}`);
  return stdout;
}
