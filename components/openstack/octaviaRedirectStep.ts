import { accountFromEnvironment } from "./accountEnvironment.ts";
import { OpenStack } from "./api.ts";
import { changeBalancer } from "./changeBalancer.ts";

export interface SetRedirectInput {
  readonly balancer: string;
  readonly policy: string;
  /** Without a path. */
  readonly url: string;
}

/** The step `octavia-redirect` of `redirectToHttps`: lets a policy lead to the same path at another URL. */
export async function setRedirect({ balancer, policy, url }: SetRedirectInput): Promise<string> {
  const api = await OpenStack.open(accountFromEnvironment());
  const l7policy = { action: "REDIRECT_PREFIX", redirect_prefix: url };
  await changeBalancer(api, balancer, `/lbaas/l7policies/${policy}`, { l7policy });
  return url;
}
