import { observeEdges } from "../components/cloud/observe.ts";
import { Api } from "../components/digitalocean/api.ts";
import { observeManaged } from "../components/digitalocean/observe.ts";
import { type Survey, survey } from "../components/digitalocean/survey.ts";
import { entranceProblems } from "../lib/cloud/entrance.ts";
import { DROPLET_WORDS } from "../lib/digitalocean/droplets.ts";
import { monthlyCost, offerProblems } from "../lib/digitalocean/needs.ts";
import { stackTags } from "../lib/digitalocean/tags.ts";
import type { StackNames } from "../lib/naming.ts";
import type { DigitalOceanSettings, Settings, SshSettings } from "../lib/settings/types.ts";
import { parseRoute } from "../lib/route.ts";
import { UserError } from "../lib/userError.ts";
import { digitalOceanStack } from "./digitalocean.ts";
import { EDGE_IMAGE } from "./stackArgs.ts";
import type { Target } from "./target.ts";

/** Droplets and a load balancer in an account at DigitalOcean. */
export function digitalOceanTarget(
  settings: Settings,
  digitalocean: DigitalOceanSettings,
  ssh: SshSettings,
  names: StackNames,
): Target {
  const tags = stackTags(names.stack);
  const api = new Api(digitalocean.account);
  const asked = { balancer: names.network, tags, image: digitalocean.image, tls: settings.tls };
  let seen: Promise<Survey> | undefined;
  const surveyed = () => (seen ??= survey(api, asked));
  return {
    async observe() {
      const { droplets, balancer } = await surveyed();
      const common = { names, secrets: ssh };
      if (settings.balancer === "managed") {
        return observeManaged({ ...common, tags, droplets, hasBalancer: balancer !== undefined });
      }
      return observeEdges({
        ...common,
        machines: droplets,
        words: DROPLET_WORDS,
        count: settings.edge.hosts,
        image: EDGE_IMAGE,
      });
    },
    async preflight(seen) {
      const { offer, droplets, balancer } = await surveyed();
      const edges = droplets.filter((droplet) => droplet.tags.includes(tags.edge));
      const region = balancer?.region ?? edges[0]?.region;
      const there = {
        hasRoute: parseRoute(seen.edge.real ?? "") !== undefined,
        // One of them may be there twice.
        edges: new Set(edges.map(({ hostName }) => hostName)).size,
        hasBalancer: balancer !== undefined,
        ...(region !== undefined && { region }),
      };
      const problems = [
        ...offerProblems(settings, offer),
        ...entranceProblems(settings, digitalocean.region, there),
      ];
      if (problems.length > 0) throw new UserError(problems.join("\n"));
    },
    async build(args) {
      const { offer } = await surveyed();
      const cost = monthlyCost(settings, offer);
      return digitalOceanStack({ ...args, digitalocean, ssh, monthlyCost: cost });
    },
  };
}
