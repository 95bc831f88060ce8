/**
 * Takes the route's tags off all droplets, so that the balancer can be deleted and nothing is left in
 * the account. Run by `ManagedBalancer` on this machine when the stack is destroyed, with the same
 * input as `setRoute`.
 */
import { stackTags } from "../../lib/digitalocean/tags.ts";
import { runProgram } from "../runProgram.ts";
import { accountFromEnvironment } from "./account.ts";
import { Api } from "./api.ts";
import { ManagedCloud } from "./managedCloud.ts";
import type { SetRouteInput } from "./setRoute.ts";

await runProgram(async ({ stack, url }: SetRouteInput) => {
  await new ManagedCloud(new Api(accountFromEnvironment()), stackTags(stack), url).clear();
  return "cleared";
});
