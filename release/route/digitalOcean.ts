import { Api } from "../../components/digitalocean/api.ts";
import { ManagedCloud } from "../../components/digitalocean/managedCloud.ts";
import { stackDroplets } from "../../components/digitalocean/stackDroplets.ts";
import { SshEdge } from "../../components/haproxy/sshEdge.ts";
import { membersOf } from "../../lib/digitalocean/droplets.ts";
import { switchRoute } from "../../lib/digitalocean/switchRoute.ts";
import { stackTags } from "../../lib/digitalocean/tags.ts";
import { setOnAll } from "../../lib/haproxy/setOnAll.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import { describeEntry, NO_ROUTE } from "../../lib/routeDecision.ts";
import type { Settings } from "../../lib/settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import type { DirectRoute } from "./directRoute.ts";
import { scriptInEdges } from "./sshEdges.ts";

export interface CloudRouteArgs {
  readonly settings: Settings;
  readonly names: StackNames;
  readonly observe: () => Promise<Observation>;
  /** The balancer's public URL. */
  readonly url: string;
}

/** The stack's edges on droplets, by SSH, or DigitalOcean's load balancer, by its API. */
export function digitalOceanRoute(args: CloudRouteArgs): DirectRoute {
  return {
    async look() {
      const { edge } = await args.observe();
      const route = parseRoute(edge.real ?? "");
      if (route) return route;
      throw new UserError(
        `The balancer has no route that bluegreen knows: ${describeEntry(edge.real ?? NO_ROUTE)}.`,
      );
    },
    set: (route) =>
      args.settings.balancer === "edge" ? setEdges(args, route) : setManaged(args, route),
  };
}

async function setEdges({ settings, names, observe }: CloudRouteArgs, route: Route): Promise<void> {
  const { ssh } = cloudOf(settings);
  const [{ edge }, hosts] = await Promise.all([observe(), scriptInEdges(settings, names)]);
  const edges = hosts.map(
    (host) => new SshEdge(host, { stack: names.stack, container: names.edge, secret: ssh.secret }),
  );
  await setOnAll(
    {
      route,
      // A form that `set-route` does not compare with those of `pulumi up`.
      revision: `by-hand-${Math.floor(Date.now() / 1000)}`,
      activeGate: edge.record?.activeGate ?? "",
      canaryGate: edge.record?.canaryGate ?? "",
    },
    edges,
  ).catch((error: Error) => {
    throw new UserError(error.message);
  });
}

async function setManaged({ settings, names, url }: CloudRouteArgs, route: Route): Promise<void> {
  const tags = stackTags(names.stack);
  const { api } = cloudOf(settings);
  const cloud = new ManagedCloud(api, tags, url + settings.app.healthPath);
  const [record, droplets] = await Promise.all([cloud.record(), stackDroplets(api, tags)]);
  const members = membersOf(droplets, tags).filter(({ color }) => color === route.active);
  if (members.length === 0) {
    throw new UserError(`${route.active} has no droplets, so the route is as it was.`);
  }
  const wanted = {
    active: route.active,
    members: members.map(({ id }) => id),
    revision: Date.now(),
    gate: record?.gate ?? 0,
    drainSeconds: settings.drainSeconds,
  };
  await switchRoute(wanted, cloud).catch((error: Error) => {
    throw new UserError(error.message);
  });
}

function cloudOf({ digitalocean, ssh }: Settings) {
  if (!digitalocean || !ssh) throw new Error("the target is not digitalocean");
  return { api: new Api(digitalocean.account), ssh };
}
