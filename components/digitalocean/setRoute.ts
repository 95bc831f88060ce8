/**
 * Moves the managed balancer to a color; see `switchRoute`. Run by `ManagedBalancer` on this machine:
 * the account is in the environment, all else comes as JSON by standard input.
 */
import { formatRoute } from "../../lib/route.ts";
import { type ManagedRoute, switchRoute } from "../../lib/digitalocean/switchRoute.ts";
import { stackTags } from "../../lib/digitalocean/tags.ts";
import { runProgram } from "../runProgram.ts";
import { accountFromEnvironment } from "./account.ts";
import { Api } from "./api.ts";
import { ManagedCloud } from "./managedCloud.ts";

export interface SetRouteInput extends ManagedRoute {
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The balancer's public URL with the app's health path. */
  readonly url: string;
}

await runProgram(async ({ stack, url, ...wanted }: SetRouteInput) => {
  const api = new Api(accountFromEnvironment());
  await switchRoute(wanted, new ManagedCloud(api, stackTags(stack), url));
  return formatRoute({ active: wanted.active, canaryWeight: 0, testers: false });
});
