import { cloudRoute, edgesRoute, withProcesses } from "../cloud/cloudRoute.ts";
import { stackHosts } from "../cloud/machines.ts";
import { observeEdges } from "../cloud/observeHosts.ts";
import { setRouteOfLoadBalancer } from "./loadBalancerRoute.ts";
import { DROPLET_WORDS, stackDroplets } from "./droplets.ts";
import { Api } from "./api.ts";
import { observeManaged } from "./observeLoadBalancer.ts";
import { type Discovery, discover } from "./discover.ts";
import { entranceProblems } from "../cloud/entrance.ts";
import { monthlyCost, availabilityProblems } from "./preflight.ts";
import { stackTags } from "./tags.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";
import { parseRoute } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import { digitalOceanStack } from "./dropletStack.ts";
import type { Target } from "../service/target.ts";

/** Droplets and a load balancer in a DigitalOcean account. */
export function digitalOceanTarget(settings: Settings, names: StackNames): Target {
  const { digitalocean, ssh } = settings;
  if (!digitalocean || !ssh) throw new Error("The settings of digitalocean were not checked.");
  const tags = stackTags(names.stack);
  const api = new Api(digitalocean.account);
  const asked = { balancer: names.network, tags, image: digitalocean.image, tls: settings.tls };
  let discovering: Promise<Discovery> | undefined;
  const discoverNow = () => (discovering = discover(api, asked));
  const discovered = () => discovering ?? discoverNow();
  const target: Target = {
    async observe() {
      const { droplets, balancer } = await discoverNow();
      const common = { names, secrets: ssh };
      if (settings.balancer === "managed") {
        return observeManaged({ ...common, tags, droplets, hasBalancer: balancer !== undefined });
      }
      return observeEdges({ ...common, machines: droplets, words: DROPLET_WORDS, settings });
    },
    async preflight(seen) {
      const { availability, droplets, balancer } = await discovered();
      const edges = droplets.filter((droplet) => droplet.tags.includes(tags.edge));
      const region = balancer?.region ?? edges[0]?.region;
      const there = {
        hasRoute: parseRoute(seen.balancer.real ?? "") !== undefined,
        // A problem may be found twice.
        edges: new Set(edges.map(({ hostName }) => hostName)).size,
        hasBalancer: balancer !== undefined,
        ...(region !== undefined && { region }),
      };
      const problems = [
        ...availabilityProblems(settings, availability),
        ...entranceProblems(settings, digitalocean.region, there),
      ];
      if (problems.length > 0) throw new UserError(problems.join("\n"));
    },
    async build(args) {
      const { availability } = await discovered();
      const cost = monthlyCost(settings, availability);
      return digitalOceanStack({ ...args, digitalocean, ssh, monthlyCost: cost });
    },
    async hosts() {
      return stackHosts(await stackDroplets(api, tags), settings, ssh, names);
    },
    directRoute: (url) =>
      withProcesses(
        settings.balancer === "edge"
          ? edgesRoute(target, names)
          : cloudRoute(target, (route) =>
              setRouteOfLoadBalancer(route, digitalocean, settings, names, url),
            ),
        settings,
        target.hosts,
        names,
      ),
  };
  return target;
}
