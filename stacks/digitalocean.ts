import * as digitaloceanSdk from "@pulumi/digitalocean";
import type * as pulumi from "@pulumi/pulumi";
import type { Balancer } from "../components/balancer.ts";
import { BlueGreenService, type BlueGreenServiceArgs } from "../components/blueGreenService.ts";
import { ColorPool, type ColorPoolArgs } from "../components/colorPool.ts";
import { DropletHost } from "../components/digitalocean/dropletHost.ts";
import { StackNetwork } from "../components/digitalocean/stackNetwork.ts";
import { SmokeGate } from "../components/smokeGate.ts";
import { COLORS, type Color } from "../lib/color.ts";
import { type StackTags, stackTags } from "../lib/digitalocean/tags.ts";
import { edgeHostName, hostName } from "../lib/naming.ts";
import type { DigitalOceanSettings, SshSettings } from "../lib/settings/types.ts";
import { edgeOnDroplets } from "./digitalOceanEdge.ts";
import { managedByDigitalOcean } from "./digitalOceanManaged.ts";
import { type StackOutputs, stackOutputs } from "./outputs.ts";
import { EDGE_IMAGE, gateArgs, poolArgs, type StackArgs } from "./stackArgs.ts";

export interface DigitalOceanArgs extends StackArgs {
  readonly digitalocean: DigitalOceanSettings;
  readonly ssh: SshSettings;
  /** US dollars. */
  readonly monthlyCost: number;
}

/** One kind of balancer. */
export interface BalancerKind {
  readonly makeBalancer: BlueGreenServiceArgs<EntranceBalancer>["makeBalancer"];
  /** What each host of a color runs besides the app. */
  readonly beside?: (color: Color) => NonNullable<ColorPoolArgs["beside"]>;
}

type EntranceBalancer = Balancer & {
  /** By which projects name what users come in by. */
  readonly entranceUrn: pulumi.Output<string>;
};

/** What both kinds of balancer are built on. */
export interface DigitalOceanGround {
  readonly network: StackNetwork;
  readonly tags: StackTags;
  readonly droplets: Readonly<Record<Color, readonly DropletHost[]>>;
  readonly edges: readonly DropletHost[];
}

/** Both colors on droplets, behind DigitalOcean's load balancer or an edge of our own. */
export function digitalOceanStack(args: DigitalOceanArgs): StackOutputs {
  const { settings, plan, digitalocean } = args;
  const ground = layGround(args);
  const { makeBalancer, beside } =
    settings.balancer === "managed"
      ? managedByDigitalOcean(args, ground)
      : edgeOnDroplets(args, ground);
  const service = new BlueGreenService("app", {
    hosts: ground.droplets,
    route: plan.wanted,
    idleFirst: plan.idleFirst,
    makePool: (color, hosts, opts) => {
      const also = beside?.(color);
      return new ColorPool(
        color,
        { ...poolArgs(color, hosts, args), ...(also && { beside: also }) },
        opts,
      );
    },
    makeGate: (name, pool, parent) => new SmokeGate(name, gateArgs(name, pool, args), { parent }),
    makeBalancer,
  });
  if (digitalocean.project !== undefined) {
    const hosts = [...COLORS.flatMap((color) => ground.droplets[color]), ...ground.edges];
    new digitaloceanSdk.Project("project", {
      name: digitalocean.project,
      // The vendor's description allows no project without one.
      environment: "Production",
      resources: [...hosts.map(({ dropletUrn }) => dropletUrn), service.balancer.entranceUrn],
    });
  }
  return stackOutputs(settings, service, args.monthlyCost);
}

function layGround(args: DigitalOceanArgs): DigitalOceanGround {
  const { settings, names, digitalocean, ssh } = args;
  const isManaged = settings.balancer === "managed";
  const tags = stackTags(names.stack);
  const network = new StackNetwork("network", {
    name: names.network,
    region: digitalocean.region,
    tags,
    balancerTags: isManaged ? ["live", "ready"] : ["edge"],
    sshCidrs: ssh.allowedCidrs,
  });
  const pool = (color: Color) => poolDroplets(color, args, network, tags);
  return {
    network,
    tags,
    droplets: { blue: pool("blue"), green: pool("green") },
    edges: isManaged ? [] : edgeDroplets(args, network, tags),
  };
}

function poolDroplets(
  color: Color,
  args: DigitalOceanArgs,
  network: StackNetwork,
  tags: StackTags,
): DropletHost[] {
  const pool = args.settings.pools[color];
  return Array.from({ length: pool?.count ?? 0 }, (_, position) =>
    makeDroplet(hostName(color, position + 1), pool?.size, tags.color(color), args, network, tags),
  );
}

function edgeDroplets(
  args: DigitalOceanArgs,
  network: StackNetwork,
  tags: StackTags,
): DropletHost[] {
  const { hosts, size } = args.settings.edge;
  return Array.from({ length: hosts }, (_, position) =>
    makeDroplet(edgeHostName(position + 1), size, tags.edge, args, network, tags),
  );
}

/** @param role The tag by which its balancer or its firewalls find it. */
function makeDroplet(
  name: string,
  size: string | undefined,
  role: string,
  { names, digitalocean, ssh }: DigitalOceanArgs,
  network: StackNetwork,
  tags: StackTags,
): DropletHost {
  return new DropletHost(`${name}-host`, {
    hostName: name,
    dropletName: names.host(name),
    stack: names.stack,
    region: digitalocean.region,
    size: size ?? digitalocean.size,
    image: digitalocean.image,
    vpcId: network.vpcId,
    tags: [network.tag(tags.stack), network.tag(role)],
    ownTag: tags.host(name),
    access: ssh,
    edgeImage: EDGE_IMAGE,
  });
}
