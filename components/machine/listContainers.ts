import type { StackNames } from "../../lib/naming.ts";
import {
  containerListScript,
  type ObservedEngine,
  parseContainers,
} from "../../lib/observation.ts";
import { type ExecHost, execOutput } from "./exec.ts";

const ASK_MS = 30_000;

/** The containers of both colors on a host. @throws as `execOutput` does */
export async function listContainers(
  host: ExecHost,
  { stack }: StackNames,
): Promise<ObservedEngine> {
  const command = ["sh", "-c", containerListScript(stack)];
  return parseContainers(await execOutput(host, command, { timeoutMs: ASK_MS }));
}
