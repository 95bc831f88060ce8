import { otherColor } from "../../lib/color.ts";
import type { ManualCommands } from "../../lib/observation.ts";
import type { Route } from "../../lib/route.ts";
import type { BalancerParts } from "./balancerParts.ts";
import { type ListenerState, listenerTarget } from "./listenerRoute.ts";

/** For Octavia's load balancer, by the vendor's command line. */
export function octaviaManualCommands(
  name: string,
  parts: BalancerParts,
  { members }: Pick<ListenerState, "members">,
): ManualCommands {
  return {
    ...withoutRoute(name),
    setRoute: (route) => commands(route, parts, members).join(" && "),
  };
}

/** For a load balancer that a first `up` has not finished. */
export function withoutRoute(name: string): ManualCommands {
  return {
    name,
    setRoute: () => "pulumi up",
    mend:
      `Check it: openstack loadbalancer status show ${name}. In ERROR, rebuild it with the same address ` +
      `and rules: openstack loadbalancer failover ${name}.`,
  };
}

function commands(
  route: Route,
  { listener, pools, policies }: BalancerParts,
  members: ListenerState["members"],
): string[] {
  const { active } = route;
  const { pointer, weights, testers } = listenerTarget(route, members);
  const target = testers ? `--enable --redirect-pool ${pools[testers]}` : "--disable";
  const perColor = [active, otherColor(active)].map(
    (color) =>
      `(for each member ${color}-N) openstack loadbalancer member set --weight ` +
      `${weights?.[color]} ${pools.shared} MEMBER`,
  );
  return [
    ...(weights ? perColor : []),
    ...policies.map((policy) => `openstack loadbalancer l7policy set ${target} ${policy}`),
    `openstack loadbalancer listener set --default-pool ${pools[pointer]} ${listener}`,
  ];
}
