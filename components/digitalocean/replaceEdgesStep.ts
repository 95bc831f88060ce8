import { setTimeout as pause } from "node:timers/promises";
import { stackTags } from "./tags.ts";
import { untilServed } from "./untilServed.ts";
import { CHECK_SECONDS } from "../edge/edgeContainer.ts";
import { EdgeOnHost } from "../edge/edgeOnHost.ts";
import { readyHost } from "../machine/sshHosts.ts";
import { sshSecretsFromEnvironment } from "../machine/sshEnvironment.ts";
import { accountFromEnvironment } from "./accountEnvironment.ts";
import { Api } from "./api.ts";
import { askStatus } from "./askBalancer.ts";
import { stackDroplets } from "./stackDroplets.ts";

export interface ReplaceEdgesInput {
  /** The load balancer's public URL with the app's health path. */
  readonly url: string;
  /** The droplets of the edges that stay. */
  readonly stay: readonly number[];
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The name of the edge's container on each host. */
  readonly container: string;
  /** How long requests in flight on an edge may last when it leaves. */
  readonly drainSeconds: number;
}

/**
 * The step `digitalocean-edges` of `EdgesBehindLoadBalancer`. Where no edge was there before, waits until
 * users get answers. Else lets those leave whose place others have taken, before their droplets are
 * deleted: the load balancer sees the new ones, then that the old ones are ill, then what these still have
 * may end.
 */
export async function replaceEdges(input: ReplaceEdgesInput): Promise<string> {
  const { url, stay, stack, container, drainSeconds } = input;
  const secrets = sshSecretsFromEnvironment();
  const tags = stackTags(stack);
  const droplets = await stackDroplets(new Api(accountFromEnvironment()), tags);
  const old = droplets.filter(({ id, tags: has }) => has.includes(tags.edge) && !stay.includes(id));
  if (old.length === 0) {
    await untilServed({ url, ask: () => askStatus(url), wait: pause, now: Date.now });
    return "";
  }
  await pause(CHECK_SECONDS * 1000);
  const left = await Promise.all(
    old.map(async (droplet) => {
      const host = readyHost(droplet, stack, secrets);
      const edge = new EdgeOnHost(droplet.hostName, host, container);
      return edge.leave().then(
        () => true,
        (error: Error) => void console.error(`${error.message}\nIt is deleted as it is.`),
      );
    }),
  );
  if (left.includes(true)) await pause((CHECK_SECONDS + drainSeconds) * 1000);
  return `left: ${old.map(({ id }) => id).join(", ")}`;
}
