import type { Color } from "../../lib/color.ts";
import { edgesByHand, managedByHand } from "../../lib/digitalocean/byHand.ts";
import { membersOf, type ObservedDroplet } from "../../lib/digitalocean/droplets.ts";
import { observedRoute } from "../../lib/digitalocean/observedRoute.ts";
import { readRecord } from "../../lib/digitalocean/record.ts";
import type { StackTags } from "../../lib/digitalocean/tags.ts";
import { seenEdges } from "../../lib/haproxy/edges.ts";
import { edgeHostName, type StackNames } from "../../lib/naming.ts";
import type { Observation, ObservedContainer } from "../../lib/observation.ts";
import type { SshSecrets } from "../../lib/ssh/hostKeys.ts";
import { askEdge, listContainers } from "../ssh/askHost.ts";

export interface ObserveArgs {
  readonly names: StackNames;
  readonly tags: StackTags;
  readonly secrets: SshSecrets;
  readonly droplets: readonly ObservedDroplet[];
}

/** What the account, its load balancer and Docker on the hosts say. Changes nothing. */
export async function observeManaged(
  args: ObserveArgs & { readonly hasBalancer: boolean },
): Promise<Observation> {
  const { names, tags, droplets, hasBalancer } = args;
  const record = readRecord(
    tags.stack,
    droplets.flatMap((droplet) => droplet.tags),
  );
  const lostTrafficAt: Partial<Record<Color, number>> = {};
  for (const color of ["blue", "green"] as const) {
    const at = record?.lostAt[color] ?? 0;
    if (at > 0) lostTrafficAt[color] = at;
  }
  return {
    byHand: managedByHand(names.network, tags),
    edge: observedRoute(hasBalancer, membersOf(droplets, tags), record),
    edgeGenerations: {},
    containers: await containersOn(args),
    lostTrafficAt,
  };
}

/** What our own HAProxy on droplets and Docker on the hosts say. Changes nothing. */
export async function observeEdges(
  args: ObserveArgs & { readonly count: number; readonly image: string },
): Promise<Observation> {
  const { names, secrets, droplets, count, image } = args;
  const wanted = Array.from({ length: count }, (_, at) => edgeHostName(at + 1));
  const there = droplets.filter(({ hostName }) => wanted.includes(hostName));
  const [containers, ...answers] = await Promise.all([
    containersOn(args),
    ...there.map((droplet) => askEdge(droplet, names, secrets, image)),
  ]);
  const missing = wanted
    .filter((host) => !there.some(({ hostName }) => hostName === host))
    .map((host) => ({ host, answer: { state: "absent" as const, lostTrafficAt: {} } }));
  return {
    byHand: edgesByHand(names.edge, there),
    ...seenEdges([...answers, ...missing]),
    containers,
  };
}

async function containersOn({
  names,
  secrets,
  droplets,
}: ObserveArgs): Promise<ObservedContainer[]> {
  const hosts = droplets.filter(({ color }) => color);
  const lists = await Promise.all(hosts.map((host) => listContainers(host, names, secrets)));
  return lists.flat();
}
