import { GRANT_VARIABLE } from "../../lib/grant.ts";
import { describeRoute, formatRoute, parseRoute, type Route } from "../../lib/route.ts";
import { sshSecretsFromEnvironment } from "../machine/hostKeys.ts";
import { readySshTarget } from "../machine/sshTarget.ts";
import { EdgeOnHost } from "./edgeOnHost.ts";

/** A route for several edges, and what they record with it. */
export interface EdgeRoute {
  readonly route: Route;
  /** Name the `up` that sets the route, and the gates that it passed. */
  readonly generation: string;
  readonly activeGate: string;
  readonly canaryGate: string;
  /** For a limited time, as `set-route` takes it. */
  readonly grant?: string;
}

/** One of several edges. Its methods throw if the edge does not answer or refuses. */
export interface Edge {
  /** `edge-1` */
  readonly name: string;
  /** The current map entry. */
  look(): Promise<string>;
  /** Sets the route and reads it back. @returns what could not be recorded; empty if nothing is missing. */
  set(route: EdgeRoute): Promise<string>;
}

/**
 * Sets a route on all edges at the same time. If one does not acknowledge it, all are set back.
 *
 * @returns what could not be recorded.
 * @throws Error if an edge does not answer (nothing was changed), or does not take the route.
 */
export async function setOnAllEdges(
  wanted: EdgeRoute,
  edges: readonly Edge[],
): Promise<readonly string[]> {
  const before = await lookAtAll(edges);
  const results = await Promise.allSettled(edges.map((edge) => edge.set(wanted)));
  const failed = edges.flatMap((edge, at) => problem(edge, results[at]));
  if (failed.length === 0) return edges.flatMap((edge, at) => unrecorded(edge, results[at]));
  // A failed edge may still have the new route: only its answer may have been lost.
  const notPutBack = await putBack(wanted, edges, before);
  throw new Error([...failed, ...whatIsLeft(wanted, notPutBack)].join("\n"));
}

/**
 * For an emergency: sets the route on each edge that answers.
 *
 * @returns what could not be set or recorded.
 * @throws Error if no edge takes the route.
 */
export async function setOnAnsweringEdges(
  wanted: EdgeRoute,
  edges: readonly Edge[],
): Promise<readonly string[]> {
  const results = await Promise.allSettled(edges.map((edge) => edge.set(wanted)));
  const failed = edges.flatMap((edge, at) => problem(edge, results[at]));
  if (failed.length === edges.length) throw new Error(failed.join("\n"));
  return [
    ...edges.flatMap((edge, at) => unrecorded(edge, results[at])),
    ...failed.map(
      (text) => `${text}. The other edges follow the new route, and this one does not.`,
    ),
  ];
}

async function lookAtAll(edges: readonly Edge[]): Promise<ReadonlyMap<Edge, string>> {
  const looks = await Promise.allSettled(edges.map((edge) => edge.look()));
  const silent = edges.flatMap((edge, at) => problem(edge, looks[at]));
  if (silent.length > 0) {
    throw new Error([...silent, "The route is unchanged on all edges."].join("\n"));
  }
  return new Map(
    edges.map((edge, at) => {
      const look = looks[at];
      return [edge, look?.status === "fulfilled" ? look.value : ""];
    }),
  );
}

/** A new edge, which had no route before, keeps its current one. */
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

function unrecorded(edge: Edge, result: PromiseSettledResult<string> | undefined): string[] {
  if (result?.status !== "fulfilled" || result.value === "") return [];
  return [`${edge.name}: ${result.value}`];
}

function problem(edge: Edge, result: PromiseSettledResult<unknown> | undefined): string[] {
  if (result?.status !== "rejected") return [];
  return [`${edge.name}: ${(result.reason as Error).message}`];
}

function whatIsLeft({ route }: EdgeRoute, notPutBack: readonly string[]): string[] {
  if (notPutBack.length === 0) return ["The route is unchanged on all edges."];
  return [
    `These could not be set back and may have the new route, ${describeRoute(route)}:`,
    ...notPutBack,
    "pulumi up sets the route that the config asks for.",
  ];
}

export interface SetRoutesInput extends EdgeRoute {
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The name of the edge's container on each host. */
  readonly container: string;
}

/** The step `edge-route` of `EdgeFleet`: sets the route on all edges, or on none. */
export async function setEdgeRoute(input: SetRoutesInput): Promise<string> {
  const { hosts, stack, container, ...route } = input;
  const grant = process.env[GRANT_VARIABLE];
  const wanted = { ...route, ...(grant !== undefined && { grant }) };
  const secrets = sshSecretsFromEnvironment();
  const edges = hosts.map(({ name, address }) => {
    const host = readySshTarget({ hostName: name, publicAddress: address }, stack, secrets);
    return new EdgeOnHost(name, host, container);
  });
  await setOnAllEdges(wanted, edges);
  return formatRoute(wanted.route);
}
