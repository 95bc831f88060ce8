import type { StackNames } from "../../lib/naming.ts";
import { DEPLOY_USER } from "../../lib/cloudInit.ts";
import type { Color } from "../../lib/color.ts";
import { managedByHand } from "../../lib/digitalocean/byHand.ts";
import { membersOf, type ObservedDroplet } from "../../lib/digitalocean/droplets.ts";
import { observedRoute } from "../../lib/digitalocean/observedRoute.ts";
import { readRecord } from "../../lib/digitalocean/record.ts";
import type { StackTags } from "../../lib/digitalocean/tags.ts";
import {
  containerListArgs,
  type Observation,
  type ObservedContainer,
  parseContainerLine,
} from "../../lib/observation.ts";
import { shellQuote } from "../../lib/shell.ts";
import { acceptedKeys, type SshSecrets } from "../../lib/ssh/hostKeys.ts";
import { runOverSsh, Unreachable } from "../ssh/client.ts";

const DEADLINE_MS = 30_000;

export interface ObserveArgs {
  readonly names: StackNames;
  readonly tags: StackTags;
  readonly secrets: SshSecrets;
  readonly droplets: readonly ObservedDroplet[];
  readonly hasBalancer: boolean;
}

/**
 * What the account, the managed balancer and Docker on the hosts say. Changes nothing. Of a host that
 * can't be reached nothing is known: its containers count as gone.
 */
export async function observeManaged(args: ObserveArgs): Promise<Observation> {
  const { names, tags, droplets, hasBalancer } = args;
  const record = readRecord(
    tags.stack,
    droplets.flatMap((droplet) => droplet.tags),
  );
  const onHosts = droplets.filter(({ color, publicAddress }) => color && publicAddress);
  const containers = await Promise.all(onHosts.map((droplet) => listContainers(droplet, args)));
  const lostTrafficAt: Partial<Record<Color, number>> = {};
  for (const color of ["blue", "green"] as const) {
    const at = record?.lostAt[color] ?? 0;
    if (at > 0) lostTrafficAt[color] = at;
  }
  return {
    byHand: managedByHand(names.network, tags),
    edge: observedRoute(hasBalancer, membersOf(droplets, tags), record),
    containers: containers.flat(),
    lostTrafficAt,
  };
}

async function listContainers(
  { hostName, publicAddress }: ObservedDroplet,
  { names, secrets }: ObserveArgs,
): Promise<ObservedContainer[]> {
  const keys = acceptedKeys(secrets, names.stack, hostName);
  const target = {
    name: hostName,
    address: publicAddress,
    user: DEPLOY_USER,
    deployKeys: keys.deploy,
    hostKeys: keys.host,
  };
  try {
    const command = ["docker", ...containerListArgs(names.stack)].map(shellQuote).join(" ");
    const answer = await runOverSsh(target, command, "", DEADLINE_MS);
    return answer.stdout.split("\n").flatMap((line) => parseContainerLine(line) ?? []);
  } catch (error) {
    if (error instanceof Unreachable) return [];
    throw error;
  }
}
