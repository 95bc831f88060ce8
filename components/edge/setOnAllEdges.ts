import { describeRoute, formatRoute, parseRoute, type Route } from "../../lib/route.ts";
import { sshSecretsFromEnvironment } from "../machine/hostKeys.ts";
import { readySshTarget } from "../machine/sshTarget.ts";
import { EdgeOnHost } from "./edgeOnHost.ts";

/** What several edges are to do, and what they note beside it. */
export interface EdgeRoute {
  readonly route: Route;
  /** Name the `up` that sets the route, and the gates that it passed. */
  readonly generation: string;
  readonly activeGate: string;
  readonly canaryGate: string;
}

/** One of several edges. Its methods throw where the edge does not answer, or refuses. */
export interface Edge {
  /** `edge-1` */
  readonly name: string;
  /** The map entry that is in force. */
  look(): Promise<string>;
  /** Sets the route and reads it back. */
  set(route: EdgeRoute): Promise<void>;
}

/**
 * Sets a route on all edges at the same time. It counts only when all have acknowledged it: where one
 * does not, the others are put back.
 *
 * @throws Error where an edge does not answer (then nothing was touched), or does not take the route.
 */
export async function setOnAllEdges(wanted: EdgeRoute, edges: readonly Edge[]): Promise<void> {
  const before = await lookAtAll(edges);
  const results = await Promise.allSettled(edges.map((edge) => edge.set(wanted)));
  const failed = edges.flatMap((edge, at) => problem(edge, results[at]));
  if (failed.length === 0) return;
  // One that has failed may have the new route all the same: its answer can be what was lost.
  const notPutBack = await putBack(wanted, edges, before);
  throw new Error([...failed, ...whatIsLeft(wanted, notPutBack)].join("\n"));
}

async function lookAtAll(edges: readonly Edge[]): Promise<ReadonlyMap<Edge, string>> {
  const looks = await Promise.allSettled(edges.map((edge) => edge.look()));
  const silent = edges.flatMap((edge, at) => problem(edge, looks[at]));
  if (silent.length > 0) {
    throw new Error([...silent, "The route is as it was on all edges."].join("\n"));
  }
  return new Map(
    edges.map((edge, at) => {
      const look = looks[at];
      return [edge, look?.status === "fulfilled" ? look.value : ""];
    }),
  );
}

/** An edge that had no route before, because it is new, keeps what it has now. */
async function putBack(
  wanted: EdgeRoute,
  edges: readonly Edge[],
  before: ReadonlyMap<Edge, string>,
): Promise<string[]> {
  const results = await Promise.allSettled(
    edges.map(async (edge) => {
      const route = parseRoute(before.get(edge) ?? "");
      if (route) await edge.set({ ...wanted, route });
    }),
  );
  return edges.flatMap((edge, at) => problem(edge, results[at]));
}

function problem(edge: Edge, result: PromiseSettledResult<unknown> | undefined): string[] {
  if (result?.status !== "rejected") return [];
  return [`${edge.name}: ${(result.reason as Error).message}`];
}

function whatIsLeft({ route }: EdgeRoute, notPutBack: readonly string[]): string[] {
  if (notPutBack.length === 0) return ["The route is as it was on all edges."];
  return [
    `These could not be asked to go back, and may have the new route, ${describeRoute(route)}:`,
    ...notPutBack,
    "pulumi up sets the route again, or back, as the config says.",
  ];
}

export interface SetRoutesInput extends EdgeRoute {
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The name of the edge's container on each host. */
  readonly container: string;
}

/** The step `edge-route` of `EdgeFleet`: sets the route of several edges as one; see `setOnAllEdges`. */
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
