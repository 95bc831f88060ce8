import type { Color } from "../../lib/color.ts";
import { edgesByHand, managedByHand } from "../../lib/digitalocean/byHand.ts";
import { membersOf, type ObservedDroplet } from "../../lib/digitalocean/droplets.ts";
import { doubleHosts, lostHost } from "../../lib/digitalocean/hostWarnings.ts";
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
  const { containers, warnings } = await askHosts(args);
  const lostTrafficAt: Partial<Record<Color, number>> = {};
  for (const color of ["blue", "green"] as const) {
    const at = record?.lostAt[color] ?? 0;
    if (at > 0) lostTrafficAt[color] = at;
  }
  return {
    byHand: managedByHand(names.network, tags),
    edge: observedRoute(hasBalancer, membersOf(droplets, tags), record),
    edgeGenerations: {},
    containers,
    warnings,
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
  const [{ containers, warnings }, ...answers] = await Promise.all([
    askHosts(args),
    ...there.map((droplet) => askEdge(droplet, names, secrets, image)),
  ]);
  const missing = wanted
    .filter((host) => !there.some(({ hostName }) => hostName === host))
    .map((host) => ({ host, answer: { state: "absent" as const, lostTrafficAt: {} } }));
  const silent = answers.flatMap(({ answer }, at) =>
    "problem" in answer ? [lostHost(there[at]?.id ?? 0, answer.problem)] : [],
  );
  return {
    byHand: edgesByHand(names.edge, there),
    ...seenEdges([...answers, ...missing]),
    containers,
    warnings: [...silent, ...warnings],
  };
}

/** The app's containers on the hosts, and a warning for each host that can't be asked. */
async function askHosts({
  names,
  secrets,
  droplets,
}: ObserveArgs): Promise<{ containers: ObservedContainer[]; warnings: string[] }> {
  const hosts = droplets.filter(({ color }) => color);
  const answers = await Promise.all(hosts.map((host) => listContainers(host, names, secrets)));
  return {
    containers: answers.flatMap((answer) => ("problem" in answer ? [] : answer)),
    warnings: [
      ...answers.flatMap((answer, at) =>
        "problem" in answer ? [lostHost(hosts[at]?.id ?? 0, answer.problem)] : [],
      ),
      ...doubleHosts(droplets),
    ],
  };
}
