import { stackTags } from "./tags.ts";
import { accountFromEnvironment } from "./accountEnvironment.ts";
import { Api } from "./api.ts";
import { ManagedCloud } from "./managedCloud.ts";
import type { SetRouteInput } from "./tagRouteStep.ts";

/**
 * The step `digitalocean-clear` of `ManagedBalancer`, when the stack is destroyed: takes the route's tags
 * off all droplets, so that the balancer can be deleted and nothing is left in the account.
 */
export async function clearTags({ stack, url }: SetRouteInput): Promise<string> {
  await new ManagedCloud(new Api(accountFromEnvironment()), stackTags(stack), url).clear();
  return "cleared";
}
