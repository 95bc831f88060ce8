import type * as pulumi from "@pulumi/pulumi";
import { type StackNames, edgeHostNames, SERVICES_HOST } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import { UserError } from "../../lib/userError.ts";
import type { Settings } from "../../settings/types.ts";
import { cloudRoute, edgesRoute, withProcesses } from "../cloud/cloudRoute.ts";
import { type SeenEntrance, entranceProblems, entranceRule } from "../cloud/entrance.ts";
import { observeEdges } from "../cloud/observeHosts.ts";
import { stackHosts } from "../cloud/machines.ts";
import type { Target } from "../service/target.ts";
import { secretWarnings } from "./access.ts";
import { OpenStack } from "./api.ts";
import { type Discovery, discover } from "./discover.ts";
import { type ObservedBalancer, stackInstances } from "./inProject.ts";
import { ovhStack } from "./instanceStack.ts";
import { INSTANCE_WORDS } from "./instances.ts";
import { observeOctavia } from "./observeOctavia.ts";
import { setRouteOfOctavia } from "./octaviaSteps.ts";
import { openStackProblems } from "./preflight.ts";

/** Instances and a load balancer in an OVH project, or in another OpenStack cloud. */
export function ovhTarget(settings: Settings, names: StackNames): Target {
  const { ovh, ssh } = settings;
  if (!ovh || !ssh) throw new Error("The settings of ovh were not checked.");
  const asked = { ovh, stack: names.stack, network: names.network, tls: settings.tls };
  let discovering: Promise<Discovery> | undefined;
  const discoverNow = () => (discovering = discover(asked));
  const discovered = () => discovering ?? discoverNow();
  let [entrance = ""] = edgeHostNames(1);
  let silentEdges: readonly string[] = [];
  const target: Target = {
    async observe() {
      const { api, balancer, instances, availability } = await discoverNow();
      const common = { names, secrets: ssh, machines: instances };
      if (settings.balancer === "managed") {
        const seen = await observeOctavia({ ...common, api, balancer });
        const warnings = [...secretWarnings(settings, availability), ...(seen.warnings ?? [])];
        return { ...seen, warnings };
      }
      const seen = await observeEdges({ ...common, words: INSTANCE_WORDS, settings });
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
    async hosts() {
      const instances = await stackInstances(await OpenStack.open(ovh.account), names.stack);
      return stackHosts(instances, settings, ssh, names);
    },
    directRoute: () =>
      withProcesses(
        settings.balancer === "edge"
          ? edgesRoute(target, names)
          : cloudRoute(target, (route) => setRouteOfOctavia(route, ovh.account, names.network)),
        settings,
        target.hosts,
        names,
      ),
  };
  return target;
}

/** Running edges that answer have a generation. */
function entranceOf({ edge }: Settings, { edgeGenerations }: Observation): string {
  return entranceEdge(edgeHostNames(edge.hosts), Object.keys(edgeGenerations));
}

function seenEntrance({ instances, balancer, elsewhere }: Discovery): SeenEntrance {
  return {
    // Users keep their address with any number of edges, and one may just be lost.
    hasRoute: false,
    edges: instances.filter(
      ({ color, hostName }) => color === undefined && hostName !== SERVICES_HOST,
    ).length,
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

/**
 * The edge with the floating IP: the first one that answers. Users return to `edge-1` when it answers
 * again.
 *
 * @param hosts In order: `edge-1`, `edge-2`.
 * @param answering Hosts whose edge answers.
 */
export function entranceEdge(hosts: readonly string[], answering: readonly string[]): string {
  return hosts.find((host) => answering.includes(host)) ?? hosts[0] ?? "";
}
