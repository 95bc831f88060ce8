/**
 * Sets the route of several edges as one; see `setOnAll`. Run by `EdgeFleet` on this machine: the
 * secrets are in the environment, all else comes as JSON by standard input.
 */
import { type EdgeRoute, setOnAll } from "../../lib/haproxy/setOnAll.ts";
import { formatRoute } from "../../lib/route.ts";
import { runProgram } from "../runProgram.ts";
import { sshSecretsFromEnvironment } from "../ssh/secrets.ts";
import { type EdgeAddress, SshEdge } from "./sshEdge.ts";

export interface SetRoutesInput extends EdgeRoute {
  readonly hosts: readonly EdgeAddress[];
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The name of the edge's container on each host. */
  readonly container: string;
}

const { secret } = sshSecretsFromEnvironment();
await runProgram(async ({ hosts, stack, container, ...wanted }: SetRoutesInput) => {
  const edges = hosts.map((host) => new SshEdge(host, { stack, container, secret }));
  await setOnAll(wanted, edges);
  return formatRoute(wanted.route);
});
