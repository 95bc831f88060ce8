/**
 * Moves the managed balancer to a color; see `switchRoute`. Run by `ManagedBalancer` on this machine:
 * the account is in the environment, all else comes as JSON by standard input.
 */
import { formatRoute } from "../../lib/route.ts";
import { refuseOvertaken } from "../../lib/digitalocean/fence.ts";
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
  // A call may be tried for minutes, and a later up may begin meanwhile.
  const stillAllowed = () => refuseOvertaken(cloud, wanted.revision);
  const api = new Api(accountFromEnvironment(), stillAllowed);
  const cloud: ManagedCloud = new ManagedCloud(api, stackTags(stack), url);
  await switchRoute(wanted, cloud);
  return formatRoute({ active: wanted.active, canaryWeight: 0, testers: false });
});
