import { type EdgeRoute, setOnAll } from "./setOnAllEdges.ts";
import { formatRoute } from "../../lib/route.ts";
import { sshSecretsFromEnvironment } from "../machine/sshEnvironment.ts";
import { type EdgeAddress, SshEdge } from "./sshEdge.ts";

export interface SetRoutesInput extends EdgeRoute {
  readonly hosts: readonly EdgeAddress[];
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The name of the edge's container on each host. */
  readonly container: string;
}

/** The step `edge-route` of `EdgeFleet`: sets the route of several edges as one; see `setOnAll`. */
export async function setEdgeRoute(input: SetRoutesInput): Promise<string> {
  const { hosts, stack, container, ...wanted } = input;
  const { secret } = sshSecretsFromEnvironment();
  const edges = hosts.map((host) => new SshEdge(host, { stack, container, secret }));
  await setOnAll(wanted, edges);
  return formatRoute(wanted.route);
}
