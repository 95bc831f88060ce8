import { Api } from "../components/digitalocean/api.ts";
import { observeManaged } from "../components/digitalocean/observe.ts";
import { type Survey, survey } from "../components/digitalocean/survey.ts";
import { monthlyCost, offerProblems } from "../lib/digitalocean/needs.ts";
import { stackTags } from "../lib/digitalocean/tags.ts";
import type { StackNames } from "../lib/naming.ts";
import type { DigitalOceanSettings, Settings, SshSettings } from "../lib/settings/types.ts";
import { UserError } from "../lib/userError.ts";
import { digitalOceanStack } from "./digitalocean.ts";
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
  const asked = { balancer: names.network, tags, image: digitalocean.image };
  let seen: Promise<Survey> | undefined;
  const surveyed = () => (seen ??= survey(api, asked));
  return {
    async observe() {
      const { droplets, balancer } = await surveyed();
      const hasBalancer = balancer !== undefined;
      return observeManaged({ names, tags, secrets: ssh, droplets, hasBalancer });
    },
    async preflight() {
      const { offer, balancer } = await surveyed();
      const problems = [
        ...offerProblems(settings, offer),
        ...replaceProblems(digitalocean.region, balancer),
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

/** A load balancer can't move, and a new one has another address. */
function replaceProblems(region: string, balancer: Survey["balancer"]): string[] {
  if (!balancer || balancer.region === region) return [];
  return [
    `digitalocean.region: must stay ${balancer.region}, got "${region}": the load balancer would be ` +
      `replaced, and users would have to find its new address. Make a second stack there instead.`,
  ];
}
