import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import type { OpenStackAccount, TlsSettings } from "../../settings/types.ts";
import { MARKS } from "./balancerParts.ts";
import { octaviaCommand } from "./octaviaCommand.ts";
import type { CheckedPools } from "./octaviaPools.ts";

export interface OctaviaListenersArgs {
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  readonly pools: CheckedPools;
  /** For users, without TLS. */
  readonly port: number;
  readonly tls?: TlsSettings;
  /** Shows testers the idle color; IPv4, like the balancer's address. */
  readonly previewPort: number;
  readonly previewCidrs: readonly string[];
  /** Closes an idle connection after this time. */
  readonly idleTimeoutSeconds: number;
}

export interface OctaviaListeners {
  /** For users. */
  readonly users: openstack.loadbalancer.Listener;
  /** Only redirects to HTTPS. */
  readonly redirected?: openstack.loadbalancer.Listener;
  readonly preview?: openstack.loadbalancer.Listener;
}

export const TLS_PORT = 443;

/**
 * HTTP, or HTTPS with a redirect from HTTP. Each has its own resource name, so adding HTTPS to a serving
 * balancer replaces nothing.
 */
export function octaviaListeners(
  name: string,
  args: OctaviaListenersArgs,
  parent: pulumi.Resource,
): OctaviaListeners {
  const { port, tls, previewPort, previewCidrs } = args;
  const make = (
    kind: string,
    settings: ListenerSettings,
    opts: pulumi.CustomResourceOptions = {},
  ) => listener(`${name}-${kind}`, settings, args, { parent, ...opts });
  const users = { description: MARKS.listener };
  const http = () => make("http", { ...users, ...HTTP, protocolPort: port });
  const previewOf = (allowedCidrs: string[]) => ({
    ...(tls ? https(tls) : HTTP),
    ...{ description: MARKS.preview, protocolPort: previewPort, allowedCidrs },
  });
  // Without a range it would be open to everyone.
  const preview = previewCidrs.length > 0 && {
    // A new one for HTTPS can't take the port before the old one frees it; only testers notice.
    preview: make("preview", previewOf([...previewCidrs]), { deleteBeforeReplace: true }),
  };
  if (!tls) return { users: http(), ...preview };
  return {
    users: make("https", { ...users, ...https(tls), protocolPort: TLS_PORT }),
    ...(tls.redirect && { redirected: http() }),
    ...preview,
  };
}

type ListenerSettings = Omit<openstack.loadbalancer.ListenerArgs, "loadbalancerId">;

const HTTP = {
  protocol: "HTTP",
  insertHeaders: { "X-Forwarded-For": "true", "X-Forwarded-Proto": "true" },
};

function https({ secretRef }: TlsSettings): Omit<ListenerSettings, "protocolPort"> {
  return {
    ...HTTP,
    protocol: "TERMINATED_HTTPS",
    ...(secretRef !== undefined && { defaultTlsContainerRef: secretRef }),
  };
}

function listener(
  name: string,
  settings: ListenerSettings,
  { balancer, pools, idleTimeoutSeconds }: OctaviaListenersArgs,
  opts: pulumi.CustomResourceOptions,
): openstack.loadbalancer.Listener {
  const idle = idleTimeoutSeconds * 1000;
  return new openstack.loadbalancer.Listener(
    name,
    { ...settings, loadbalancerId: balancer.id, timeoutClientData: idle, timeoutMemberData: idle },
    {
      ...opts,
      // The route, and its record.
      ignoreChanges: ["defaultPoolId", "tags"],
      // It may use any of the pools when it is deleted.
      dependsOn: Object.values(pools).map(({ pool }) => pool),
    },
  );
}

export interface RedirectArgs {
  readonly listener: openstack.loadbalancer.Listener;
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  /** The HTTPS URL, without a path. */
  readonly url: pulumi.Output<string>;
  readonly account: OpenStackAccount;
}

/**
 * Redirects all requests of a listener to another URL. The provider only supports fixed URLs, which lose
 * the path; a step turns the policy into a prefix redirect.
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
