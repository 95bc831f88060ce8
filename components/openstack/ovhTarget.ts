import type * as pulumi from "@pulumi/pulumi";
import { observeEdges } from "../cloud/observeHosts.ts";
import { entranceRule } from "../cloud/entranceRule.ts";
import { observeOctavia } from "./observeOctavia.ts";
import type { ObservedBalancer } from "./inProject.ts";
import { type Discovery, discover } from "./discover.ts";
import { entranceProblems, type SeenEntrance } from "../cloud/entrance.ts";
import { edgeHostName, type StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import { secretWarnings } from "./access.ts";
import { entranceEdge } from "./entranceEdge.ts";
import { INSTANCE_WORDS } from "./instances.ts";
import { openStackProblems } from "./preflight.ts";
import type { OvhSettings, Settings, SshSettings } from "../../settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import { ovhStack } from "./instanceStack.ts";
import { edgeImageOf } from "../service/stackArgs.ts";
import type { Target } from "../service/target.ts";

/** Instances and a load balancer in a project of OVH's, or another OpenStack cloud. */
export function ovhTarget(
  settings: Settings,
  ovh: OvhSettings,
  ssh: SshSettings,
  names: StackNames,
): Target {
  const asked = { ovh, stack: names.stack, network: names.network, tls: settings.tls };
  let discovering: Promise<Discovery> | undefined;
  const discovered = () => (discovering ??= discover(asked));
  let entrance = edgeHostName(1);
  let silentEdges: readonly string[] = [];
  return {
    async observe() {
      const { api, balancer, instances, availability } = await discovered();
      const common = { names, secrets: ssh, machines: instances };
      if (settings.balancer === "managed") {
        const seen = await observeOctavia({ ...common, api, balancer });
        const warnings = [...secretWarnings(settings, availability), ...(seen.warnings ?? [])];
        return { ...seen, warnings };
      }
      const image = edgeImageOf(settings);
      const edges = { count: settings.edge.hosts, image, words: INSTANCE_WORDS };
      const seen = await observeEdges({ ...common, ...edges });
      entrance = entranceOf(settings, seen);
      silentEdges = seen.silentEdges ?? [];
      return seen;
    },
    async preflight() {
      const discover = await discovered();
      const problems = [
        ...openStackProblems(settings, discover.availability),
        ...entranceProblems(settings, ovh.region, seenEntrance(discover)),
      ];
      if (problems.length > 0) throw new UserError(problems.join("\n"));
    },
    async build(args) {
      const { balancer, balancerFlavorId: flavor, externalNetworkId = "" } = await discovered();
      return ovhStack({
        ...args,
        ...{ ovh, ssh, entrance, silentEdges, externalNetworkId },
        ...(flavor !== undefined && { balancerFlavorId: flavor }),
        ...(balancer && { balancerHooks: keepBalancer(names, balancer) }),
      });
    },
  };
}

/** The edges that run and say so have left their label. */
function entranceOf({ edge }: Settings, { edgeGenerations }: Observation): string {
  const hosts = Array.from({ length: edge.hosts }, (_, at) => edgeHostName(at + 1));
  return entranceEdge(hosts, Object.keys(edgeGenerations));
}

function seenEntrance({ instances, balancer, elsewhere }: Discovery): SeenEntrance {
  return {
    // Users keep their address however many edges there are, and one may just be lost.
    hasRoute: false,
    edges: instances.filter(({ color }) => color === undefined).length,
    hasBalancer: balancer !== undefined,
    ...(elsewhere !== undefined && { region: elsewhere }),
  };
}

function keepBalancer(
  { network }: StackNames,
  { id }: ObservedBalancer,
): pulumi.ResourceHookBinding {
  return entranceRule(
    `The load balancer ${network}`,
    `openstack loadbalancer delete --cascade ${id}`,
  );
}
