import type { StackNames } from "../../lib/naming.ts";
import {
  containerListScript,
  type ObservedContainer,
  parseContainerLine,
} from "../../lib/observation.ts";
import { type ExecHost, execOutput } from "./exec.ts";

const ASK_MS = 30_000;

/** The app's containers on a host. @throws as `execOutput` does */
export async function listContainers(
  host: ExecHost,
  { stack }: StackNames,
): Promise<ObservedContainer[]> {
  const command = ["sh", "-c", containerListScript(stack)];
  const said = await execOutput(host, command, { timeoutMs: ASK_MS });
  return said.split("\n").flatMap((line) => parseContainerLine(line) ?? []);
}
