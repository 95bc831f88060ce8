import { type EdgeRoute, setOnAllEdges } from "./setOnAllEdges.ts";
import { formatRoute } from "../../lib/route.ts";
import { sshSecretsFromEnvironment } from "../machine/hostKeys.ts";
import { readySshTarget } from "../machine/sshTarget.ts";
import { EdgeOnHost } from "./edgeOnHost.ts";

export interface SetRoutesInput extends EdgeRoute {
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The name of the edge's container on each host. */
  readonly container: string;
}

/** The step `edge-route` of `EdgeFleet`: sets the route on all edges, or on none. */
export async function setEdgeRoute(input: SetRoutesInput): Promise<string> {
  const { hosts, stack, container, ...wanted } = input;
  const secrets = sshSecretsFromEnvironment();
  const edges = hosts.map(({ name, address }) => {
    const host = readySshTarget({ hostName: name, publicAddress: address }, stack, secrets);
    return new EdgeOnHost(name, host, container);
  });
  await setOnAllEdges(wanted, edges);
  return formatRoute(wanted.route);
}
