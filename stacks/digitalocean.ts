import * as digitaloceanSdk from "@pulumi/digitalocean";
import { BlueGreenService } from "../components/blueGreenService.ts";
import { ColorPool, type ColorPoolArgs } from "../components/colorPool.ts";
import { DropletHost } from "../components/digitalocean/dropletHost.ts";
import { ManagedBalancer } from "../components/digitalocean/managedBalancer.ts";
import { StackNetwork } from "../components/digitalocean/stackNetwork.ts";
import { Sidecar } from "../components/haproxy/sidecar.ts";
import { SmokeGate } from "../components/smokeGate.ts";
import type { Color } from "../lib/color.ts";
import { type StackTags, stackTags } from "../lib/digitalocean/tags.ts";
import { hostName } from "../lib/naming.ts";
import type { DigitalOceanSettings, SshSettings } from "../lib/settings/types.ts";
import { type StackOutputs, stackOutputs } from "./outputs.ts";
import { EDGE_IMAGE, gateArgs, poolArgs, type StackArgs } from "./stackArgs.ts";

export interface DigitalOceanArgs extends StackArgs {
  readonly digitalocean: DigitalOceanSettings;
  readonly ssh: SshSettings;
  /** US dollars. */
  readonly monthlyCost: number;
}

/** Both colors on droplets, behind DigitalOcean's load balancer. */
export function digitalOceanStack(args: DigitalOceanArgs): StackOutputs {
  const { settings, plan, names, digitalocean, ssh } = args;
  const tags = stackTags(names.stack);
  const network = new StackNetwork("network", {
    name: names.network,
    region: digitalocean.region,
    tags,
    sshCidrs: ssh.allowedCidrs,
  });
  const droplets = {
    blue: makeDroplets("blue", args, network, tags),
    green: makeDroplets("green", args, network, tags),
  };
  const balancer = new ManagedBalancer("balancer", {
    name: names.network,
    stack: names.stack,
    region: digitalocean.region,
    network,
    tags,
    droplets,
    port: settings.edge.port,
    options: settings.managed,
    healthPath: settings.app.healthPath,
    drainSeconds: settings.drainSeconds,
    previewCidrs: settings.preview.allowedCidrs,
    account: digitalocean.account,
    plan,
    ...(settings.tls && { tls: settings.tls }),
  });
  const service = new BlueGreenService("app", {
    hosts: droplets,
    route: plan.wanted,
    idleFirst: plan.idleFirst,
    makePool: (color, hosts, opts) =>
      new ColorPool(
        color,
        { ...poolArgs(color, hosts, args), beside: sidecarOf(color, args) },
        opts,
      ),
    makeGate: (name, pool, parent) => new SmokeGate(name, gateArgs(name, pool, args), { parent }),
    makeBalancer: () => balancer,
  });
  if (digitalocean.project !== undefined) {
    const hosts = [...droplets.blue, ...droplets.green];
    new digitaloceanSdk.Project("project", {
      name: digitalocean.project,
      resources: [...hosts.map(({ dropletUrn }) => dropletUrn), balancer.loadBalancerUrn],
    });
  }
  return stackOutputs(settings, service, args.monthlyCost);
}

function makeDroplets(
  color: Color,
  { settings, names, digitalocean, ssh }: DigitalOceanArgs,
  network: StackNetwork,
  tags: StackTags,
): DropletHost[] {
  const pool = settings.pools[color];
  return Array.from({ length: pool?.count ?? 0 }, (_, position) => {
    const name = hostName(color, position + 1);
    return new DropletHost(`${name}-host`, {
      hostName: name,
      dropletName: names.container(color, position + 1),
      stack: names.stack,
      region: digitalocean.region,
      size: pool?.size ?? digitalocean.size,
      image: digitalocean.image,
      vpcId: network.vpcId,
      tags: [network.tag(tags.stack), network.tag(tags.color(color))],
      ownTag: tags.host(name),
      access: ssh,
      edgeImage: EDGE_IMAGE,
    });
  });
}

function sidecarOf(
  color: Color,
  { settings, names, hooks }: DigitalOceanArgs,
): NonNullable<ColorPoolArgs["beside"]> {
  const { app, edge, managed } = settings;
  const binding = hooks(color);
  return (host, opts) =>
    new Sidecar(
      `${host.name}-sidecar`,
      {
        host,
        color,
        appPort: app.port,
        config: {
          healthPath: app.healthPath,
          colorHeader: edge.colorHeader,
          proxyProtocol: managed.proxyProtocol,
        },
        image: EDGE_IMAGE,
        stack: names.stack,
        containerName: `${names.network}-${host.name}-sidecar`,
        ...(binding && { hooks: binding }),
      },
      opts,
    );
}
