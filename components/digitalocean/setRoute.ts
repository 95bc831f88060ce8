/**
 * Moves the managed balancer to a color; see `switchRoute`. Run by `ManagedBalancer` on this machine:
 * the account is in the environment, all else comes as JSON by standard input.
 */
import { text } from "node:stream/consumers";
import { formatRoute } from "../../lib/route.ts";
import { type ManagedRoute, switchRoute } from "../../lib/digitalocean/switchRoute.ts";
import { stackTags } from "../../lib/digitalocean/tags.ts";
import { accountFromEnvironment } from "./account.ts";
import { Api } from "./api.ts";
import { ManagedCloud } from "./managedCloud.ts";

export interface SetRouteInput extends ManagedRoute {
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The balancer's public URL with the app's health path. */
  readonly url: string;
}

try {
  const { stack, url, ...wanted } = JSON.parse(await text(process.stdin)) as SetRouteInput;
  const api = new Api(accountFromEnvironment());
  await switchRoute(wanted, new ManagedCloud(api, stackTags(stack), url));
  console.log(formatRoute({ active: wanted.active, canaryWeight: 0, testers: false }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
