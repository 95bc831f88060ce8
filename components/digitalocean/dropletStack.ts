import * as digitaloceanSdk from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import { hasServices, servicesOn } from "../cloud/servicesMachine.ts";
import { SERVICES_HOST } from "../../lib/naming.ts";
import type { Balancer } from "../service/balancer.ts";
import { DropletHost, type DropletHostArgs } from "./dropletHost.ts";
import { StackNetwork } from "./stackNetwork.ts";
import { type Color, COLORS } from "../../lib/color.ts";
import { type StackTags, stackTags } from "./tags.ts";
import type { DigitalOceanSettings, SshSettings } from "../../settings/types.ts";
import { colorHosts, edgeHosts, type MakeHost } from "../cloud/requiredHosts.ts";
import { managedByDigitalOcean } from "./managedStack.ts";
import { type StackOutputs, stackOutputs } from "../service/stackOutputs.ts";
import { newestRecipe, hostRecipeOf } from "../../settings/haproxyVersion.ts";
import type { StackArgs } from "../service/target.ts";
import { type BalancerKind, BlueGreenService } from "../service/blueGreenService.ts";
import { type DropletEdgeArgs, openServices } from "./edgeFirewalls.ts";
import { EdgesBehindLoadBalancer } from "./edgesBehindLoadBalancer.ts";
import { EdgeWithReservedIp } from "./edgeWithReservedIp.ts";
import { edgeConfig } from "../edge/haproxyConfig.ts";

export interface DigitalOceanArgs extends StackArgs {
  readonly digitalocean: DigitalOceanSettings;
  readonly ssh: SshSettings;
  /** US dollars. */
  readonly monthlyCost: number;
}

export type EntranceBalancer = Balancer & {
  /** The name by which a project refers to the entry point. */
  readonly entranceUrn: pulumi.Output<string>;
};

/** The parts that both kinds of balancer share. */
export interface DropletInfrastructure {
  readonly network: StackNetwork;
  readonly tags: StackTags;
  readonly droplets: Readonly<Record<Color, readonly DropletHost[]>>;
  readonly edges: readonly DropletHost[];
  /** Absent without services. */
  readonly servicesHost?: DropletHost;
}

/** Both colors on droplets, behind DigitalOcean's load balancer or an edge of our own. */
export function digitalOceanStack(args: DigitalOceanArgs): StackOutputs {
  const { settings, digitalocean } = args;
  const infrastructure = makeInfrastructure(args);
  const { droplets, edges, servicesHost } = infrastructure;
  const services = servicesOn(servicesHost, args);
  const kind =
    settings.balancer === "managed"
      ? managedByDigitalOcean(args, infrastructure)
      : edgeOnDroplets(args, infrastructure);
  const service = new BlueGreenService("app", { ...args, ...kind, services, hosts: droplets });
  if (digitalocean.project !== undefined) {
    const hosts = [
      ...COLORS.flatMap((color) => droplets[color]),
      ...edges,
      ...(servicesHost ? [servicesHost] : []),
    ];
    new digitaloceanSdk.Project("project", {
      name: digitalocean.project,
      // The vendor's API requires one for a project.
      environment: "Production",
      resources: [...hosts.map(({ dropletUrn }) => dropletUrn), service.balancer.entranceUrn],
    });
  }
  return stackOutputs(settings, service, args.monthlyCost);
}

function makeInfrastructure(args: DigitalOceanArgs): DropletInfrastructure {
  const { settings, names, digitalocean, ssh } = args;
  const isManaged = settings.balancer === "managed";
  const tags = stackTags(names.stack);
  const network = new StackNetwork("network", {
    name: names.network,
    region: digitalocean.region,
    tags,
    roleTags: [
      ...(isManaged ? (["live", "ready"] as const) : (["edge"] as const)),
      ...(hasServices(settings) ? (["services"] as const) : []),
    ],
    sshCidrs: ssh.allowedCidrs,
  });
  const make = (role: string) => makeDroplet(role, args, network, tags);
  const pool = (color: Color) => colorHosts(color, settings, make(tags.color(color)));
  return {
    network,
    tags,
    droplets: { blue: pool("blue"), green: pool("green") },
    edges: edgeHosts(settings, make(tags.edge)),
    ...(hasServices(settings) && { servicesHost: makeServicesHost(args, network, tags) }),
  };
}

function makeServicesHost(
  args: DigitalOceanArgs,
  network: StackNetwork,
  tags: StackTags,
): DropletHost {
  const { settings, names, digitalocean } = args;
  const ports = Object.values(settings.services).map(({ port }) => port);
  openServices(names.network, ports, network, tags);
  // A `pulumi destroy` that leaves the droplet leaves its firewalls too.
  const more = { keepsFiles: true, dependsOn: network };
  const make = makeDroplet(tags.services, args, network, tags, more);
  return make(SERVICES_HOST, digitalocean.servicesSize);
}

/** @param role The tag by which the balancer or the firewalls find it. */
function makeDroplet(
  role: string,
  { settings, names, digitalocean, ssh }: DigitalOceanArgs,
  network: StackNetwork,
  tags: StackTags,
  {
    keepsFiles,
    ...opts
  }: Pick<DropletHostArgs, "keepsFiles"> & pulumi.ComponentResourceOptions = {},
): MakeHost<DropletHost> {
  return (name, size) =>
    new DropletHost(
      `${name}-host`,
      {
        hostName: name,
        machineName: names.host(name),
        stack: names.stack,
        region: digitalocean.region,
        size: size ?? digitalocean.size,
        image: digitalocean.image,
        vpcId: network.vpcId,
        tags: [network.tag(tags.stack), network.tag(role)],
        ownTag: tags.host(name),
        access: ssh,
        haproxy: role === tags.edge ? newestRecipe(settings) : hostRecipeOf(settings),
        ...(keepsFiles && { keepsFiles }),
      },
      opts,
    );
}

/** Our HAProxy on droplets: one with a reserved IP, or two behind a load balancer. */
export function edgeOnDroplets(
  { settings, names, plan, digitalocean, ssh }: DigitalOceanArgs,
  { network, tags, edges }: DropletInfrastructure,
): BalancerKind<EntranceBalancer> {
  const makeArgs = (more: Pick<DropletEdgeArgs, "members" | "after">): DropletEdgeArgs => ({
    ...more,
    name: names.network,
    account: digitalocean.account,
    region: digitalocean.region,
    network,
    tags,
    hosts: edges,
    config: edgeConfig(settings),
    image: newestRecipe(settings).image,
    names,
    plan,
    ssh,
    port: settings.edge.port,
    previewPort: settings.edge.previewPort,
    previewCidrs: settings.preview.allowedCidrs,
    options: settings.managed,
    ...(settings.tls && { tls: settings.tls }),
  });
  const Edge = edges.length === 1 ? EdgeWithReservedIp : EdgesBehindLoadBalancer;
  return {
    makeBalancer: (members, { parent, dependsOn }) =>
      new Edge("balancer", makeArgs({ members, after: dependsOn }), { parent }),
  };
}
