import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import type { OpenStackAccount } from "../../settings/types.ts";
import { octaviaCommand } from "./octaviaCommand.ts";

export interface RedirectArgs {
  readonly listener: openstack.loadbalancer.Listener;
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  /** Where HTTPS is, without a path. */
  readonly url: pulumi.Output<string>;
  readonly account: OpenStackAccount;
}

/**
 * Leads all requests of a listener to another URL. The provider knows redirects to one URL only, which
 * forget what was asked for: a script makes it one that changes nothing but the beginning.
 */
export function redirectToHttps(
  name: string,
  { listener, balancer, url, account }: RedirectArgs,
  opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource },
): void {
  const policy = new openstack.loadbalancer.L7PolicyV2(
    name,
    { listenerId: listener.id, action: "REDIRECT_TO_URL", redirectUrl: url },
    { ...opts, ignoreChanges: ["action", "redirectUrl"] },
  );
  const { parent } = opts;
  const made = new openstack.loadbalancer.L7RuleV2(
    `${name}-rule`,
    { l7policyId: policy.id, type: "PATH", compareType: "STARTS_WITH", value: "/" },
    { parent },
  );
  octaviaCommand(
    `${name}-prefix`,
    "octavia-redirect",
    { balancer: balancer.id, policy: policy.id, url },
    account,
    { parent, dependsOn: [made] },
  );
}
