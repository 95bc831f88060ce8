import { setTimeout as pause } from "node:timers/promises";
import { formatRoute } from "../../lib/route.ts";
import { CHECK_SECONDS } from "../edge/haproxyConfig.ts";
import { EdgeOnHost } from "../edge/edgeOnHost.ts";
import { sshSecretsFromEnvironment } from "../machine/hostKeys.ts";
import { readySshTarget } from "../machine/sshTarget.ts";
import { Api, digitalOceanAccount } from "./api.ts";
import { askStatus, untilServed } from "./askBalancer.ts";
import { stackDroplets } from "./droplets.ts";
import { ManagedCloud } from "./managedCloud.ts";
import { refuseOvertakenSwitch } from "./fencedCloud.ts";
import { type ManagedRoute, switchRoute } from "./switchRoute.ts";
import { stackTags } from "./tags.ts";

export interface SetRouteInput extends ManagedRoute {
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The balancer's public URL with the app's health path. */
  readonly url: string;
}

/** The step `digitalocean-route` of `ManagedBalancer`: moves it to a color; see `switchRoute`. */
export async function setTagRoute({ stack, url, ...wanted }: SetRouteInput): Promise<string> {
  // Calls are retried for minutes, and a later up may begin in the meantime.
  const stillAllowed = () => refuseOvertakenSwitch(cloud, wanted.generation);
  const api = new Api(digitalOceanAccount(), stillAllowed);
  const cloud: ManagedCloud = new ManagedCloud(api, stackTags(stack), url);
  await switchRoute(wanted, cloud);
  return formatRoute({ active: wanted.active, canaryWeight: 0, testers: false });
}

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
 * The step `digitalocean-edges` of `EdgesBehindLoadBalancer`. If there was no edge before, waits until
 * users get answers. Otherwise drains replaced edges before their droplets are deleted: the load balancer
 * accepts the new ones, then marks the old ones unhealthy, then their requests in flight finish.
 */
export async function replaceEdges(input: ReplaceEdgesInput): Promise<string> {
  const { url, stay, stack, container, drainSeconds } = input;
  const secrets = sshSecretsFromEnvironment();
  const tags = stackTags(stack);
  const droplets = await stackDroplets(new Api(digitalOceanAccount()), tags);
  const old = droplets.filter(({ id, tags: has }) => has.includes(tags.edge) && !stay.includes(id));
  if (old.length === 0) {
    await untilServed({ url, ask: () => askStatus(url), wait: pause, now: Date.now });
    return "";
  }
  await pause(CHECK_SECONDS * 1000);
  const left = await Promise.all(
    old.map(async (droplet) => {
      const host = readySshTarget(droplet, stack, secrets);
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

/**
 * The step `digitalocean-clear` of `ManagedBalancer`, when the stack is destroyed: takes the route's tags
 * off all droplets, so that the balancer can be deleted and nothing is left in the account.
 */
export async function clearTags({ stack, url }: SetRouteInput): Promise<string> {
  await new ManagedCloud(new Api(digitalOceanAccount()), stackTags(stack), url).clear();
  return "cleared";
}
