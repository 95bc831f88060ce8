import { loadBalancerManualCommands } from "./manualCommands.ts";
import { DROPLET_WORDS, membersOf, type ObservedDroplet } from "./droplets.ts";
import { observedRoute } from "./observedRoute.ts";
import { readRecord } from "./routeRecord.ts";
import type { StackTags } from "./tags.ts";
import type { StackNames } from "../../lib/naming.ts";
import { knownLosses, type Observation } from "../../lib/observation.ts";
import type { SshSecrets } from "../machine/hostKeys.ts";
import { askHosts } from "../cloud/observeHosts.ts";

export interface ObserveArgs {
  readonly names: StackNames;
  readonly tags: StackTags;
  readonly secrets: SshSecrets;
  readonly droplets: readonly ObservedDroplet[];
  readonly hasBalancer: boolean;
}

/** What the account, its load balancer and Docker on the hosts say. Changes nothing. */
export async function observeManaged(args: ObserveArgs): Promise<Observation> {
  const { names, tags, secrets, droplets, hasBalancer } = args;
  const record = readRecord(
    tags.stack,
    droplets.flatMap((droplet) => droplet.tags),
  );
  return {
    manualCommands: loadBalancerManualCommands(names.network, tags),
    balancer: observedRoute(hasBalancer, membersOf(droplets, tags), record),
    edgeGenerations: {},
    ...(await askHosts({ names, secrets, machines: droplets, words: DROPLET_WORDS })),
    lostTrafficAt: record ? knownLosses(record.lostAt) : {},
  };
}
