/**
 * Ends a change of the edges behind a load balancer: where none was there before, waits until users get
 * answers; else lets those leave that others have taken the place of, before their droplets are deleted:
 * the load balancer sees the new ones, then that the old ones are ill, then what these still have may end.
 * Run by `EdgePair` on this machine: account and secrets are in the environment, all else comes as JSON by
 * standard input.
 */
import { setTimeout as pause } from "node:timers/promises";
import { stackTags } from "../../lib/digitalocean/tags.ts";
import { untilServed } from "../../lib/digitalocean/untilServed.ts";
import { CHECK_SECONDS } from "../haproxy/edgeContainer.ts";
import { SshEdge } from "../haproxy/sshEdge.ts";
import { runProgram } from "../runProgram.ts";
import { sshSecretsFromEnvironment } from "../ssh/secrets.ts";
import { accountFromEnvironment } from "./account.ts";
import { Api } from "./api.ts";
import { askStatus } from "./askBalancer.ts";
import { stackDroplets } from "./stackDroplets.ts";

export interface ChangeEdgesInput {
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

const { secret } = sshSecretsFromEnvironment();
await runProgram(async ({ url, stay, stack, container, drainSeconds }: ChangeEdgesInput) => {
  const tags = stackTags(stack);
  const droplets = await stackDroplets(new Api(accountFromEnvironment()), tags);
  const old = droplets.filter(({ id, tags: has }) => has.includes(tags.edge) && !stay.includes(id));
  if (old.length === 0) {
    await untilServed({ url, ask: () => askStatus(url), wait: pause, now: Date.now });
    return "";
  }
  await pause(CHECK_SECONDS * 1000);
  const left = await Promise.all(
    old.map(async ({ hostName, publicAddress }) => {
      const edge = new SshEdge(
        { name: hostName, address: publicAddress },
        { stack, container, secret },
      );
      return edge.leave().then(
        () => true,
        (error: Error) => void console.error(`${error.message}\nIt is deleted as it is.`),
      );
    }),
  );
  if (left.includes(true)) await pause((CHECK_SECONDS + drainSeconds) * 1000);
  return `left: ${old.map(({ id }) => id).join(", ")}`;
});
