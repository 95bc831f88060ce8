import type * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import type { OctaviaListeners } from "./octaviaListeners.ts";
import type { RuledPolicy } from "./octaviaPolicies.ts";
import type { CheckedPool, CheckedPools } from "./octaviaPools.ts";

export interface OctaviaParts {
  readonly listeners: OctaviaListeners;
  readonly pools: CheckedPools;
  readonly policies: readonly RuledPolicy[];
  /** One for each deployed color. */
  readonly members: readonly openstack.loadbalancer.Members[];
}

/** Octavia's configuration as text, without ids and without the route, which changes separately. */
export function octaviaConfiguration(parts: OctaviaParts): pulumi.Output<string> {
  const { listeners, pools, policies, members } = parts;
  const { users, redirected, preview } = listeners;
  const all = {
    listeners: {
      users: listenerOf(users),
      ...(redirected && { redirected: listenerOf(redirected) }),
      ...(preview && { preview: listenerOf(preview) }),
    },
    pools: {
      blue: poolOf(pools.blue),
      green: poolOf(pools.green),
      shared: poolOf(pools.shared),
    },
    policies: policies.map(({ policy, rules }) => ({
      action: policy.action,
      rules: rules.map(({ type, compareType, key, value, invert }) => ({
        ...{ type, compareType, key, value, invert },
      })),
    })),
    members: members.map((some) =>
      some.members.apply((list = []) =>
        list.map(({ name, address, protocolPort }) => ({ name, address, protocolPort })),
      ),
    ),
  };
  return pulumi.jsonStringify(all, undefined, 2);
}

function listenerOf(listener: openstack.loadbalancer.Listener) {
  const { protocol, protocolPort, allowedCidrs, defaultTlsContainerRef, insertHeaders } = listener;
  const { timeoutClientData, timeoutMemberData } = listener;
  return {
    ...{ protocol, protocolPort, allowedCidrs, defaultTlsContainerRef, insertHeaders },
    ...{ timeoutClientData, timeoutMemberData },
  };
}

function poolOf({ pool, monitor, persistence }: CheckedPool) {
  const { protocol, lbMethod } = pool;
  const { type, httpMethod, urlPath, expectedCodes, delay, timeout } = monitor;
  return {
    ...{ protocol, lbMethod, persistence },
    monitor: { type, httpMethod, urlPath, expectedCodes, delay, timeout },
  };
}
