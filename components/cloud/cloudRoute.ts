import { SshEdge } from "../edge/sshEdge.ts";
import { setOnAll } from "../edge/setOnAllEdges.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import { describeEntry, NO_ROUTE } from "../../lib/routeDecision.ts";
import type { Settings } from "../../settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import { setLoadBalancer } from "../digitalocean/loadBalancerRoute.ts";
import type { DirectRoute } from "../service/directRoute.ts";
import { setOctavia } from "../openstack/octaviaDirectRoute.ts";
import { scriptInEdges } from "./sshEdges.ts";

export interface CloudRouteArgs {
  readonly settings: Settings;
  readonly names: StackNames;
  readonly observe: () => Promise<Observation>;
  /** The balancer's public URL. */
  readonly url: string;
}

/** The stack's edges on machines in a cloud, by SSH, or the cloud's own balancer, by its API. */
export function cloudRoute(args: CloudRouteArgs): DirectRoute {
  return {
    async look() {
      const { balancer } = await args.observe();
      const route = parseRoute(balancer.real ?? "");
      if (route) return route;
      throw new UserError(
        `The balancer has no route that bluegreen knows: ${describeEntry(balancer.real ?? NO_ROUTE)}.`,
      );
    },
    set: (route) =>
      setterOf(args.settings)(args, route).catch((error: Error) => {
        throw new UserError(error.message);
      }),
  };
}

function setterOf({ balancer, target }: Settings) {
  if (balancer === "edge") return setEdges;
  return target === "ovh" ? setOctavia : setLoadBalancer;
}

async function setEdges({ settings, names, observe }: CloudRouteArgs, route: Route): Promise<void> {
  const secret = settings.ssh?.secret ?? "";
  const [{ balancer }, hosts] = await Promise.all([observe(), scriptInEdges(settings, names)]);
  const edges = hosts.map(
    (host) => new SshEdge(host, { stack: names.stack, container: names.edge, secret }),
  );
  await setOnAll(
    {
      route,
      // A form that `set-route` does not compare with those of `pulumi up`.
      revision: `by-hand-${Math.floor(Date.now() / 1000)}`,
      activeGate: balancer.record?.activeGate ?? "",
      canaryGate: balancer.record?.canaryGate ?? "",
    },
    edges,
  );
}
