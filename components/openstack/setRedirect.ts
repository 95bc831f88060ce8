/**
 * Lets a policy lead to the same path at another URL. Run by `redirectToHttps` on this machine: the
 * account is in the environment, all else comes as JSON by standard input.
 */
import { runProgram } from "../runProgram.ts";
import { accountFromEnvironment } from "./account.ts";
import { OpenStack } from "./api.ts";
import { changeBalancer } from "./changeBalancer.ts";

export interface SetRedirectInput {
  readonly balancer: string;
  readonly policy: string;
  /** Without a path. */
  readonly url: string;
}

await runProgram(async ({ balancer, policy, url }: SetRedirectInput) => {
  const api = await OpenStack.open(accountFromEnvironment());
  const l7policy = { action: "REDIRECT_PREFIX", redirect_prefix: url };
  await changeBalancer(api, balancer, `/lbaas/l7policies/${policy}`, { l7policy });
  return url;
});
