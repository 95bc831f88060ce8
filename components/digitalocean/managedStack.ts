import { ManagedBalancer } from "./managedBalancer.ts";
import type { Host } from "../machine/host.ts";
import type { ChildOptions } from "../service/balancer.ts";
import { Sidecar } from "../edge/sidecar.ts";
import type { Color } from "../../lib/color.ts";
import type { DigitalOceanArgs, DropletInfrastructure, EntranceBalancer } from "./dropletStack.ts";
import { hostRecipeOf } from "../../settings/haproxyVersion.ts";
import type { BalancerKind } from "../service/blueGreenService.ts";

/** DigitalOcean's load balancer, and the sidecars that show a switch what it does. */
export function managedByDigitalOcean(
  args: DigitalOceanArgs,
  { network, tags, droplets }: DropletInfrastructure,
): BalancerKind<EntranceBalancer> {
  const { settings, names, plan, digitalocean } = args;
  // It need not wait for the gates: it takes minutes to create and has no members before the route.
  const balancer = new ManagedBalancer("balancer", {
    name: names.network,
    stack: names.stack,
    region: digitalocean.region,
    network,
    tags,
    droplets,
    port: settings.edge.port,
    options: settings.managed,
    healthPath: settings.apps[plan.wanted.active].healthPath,
    drainSeconds: settings.drainSeconds,
    previewCidrs: settings.preview.allowedCidrs,
    account: digitalocean.account,
    plan,
    ...(settings.tls && { tls: settings.tls }),
  });
  return {
    makeBalancer: () => balancer,
    beside: (color, host, opts) => makeSidecar(color, host, args, opts),
  };
}

function makeSidecar(
  color: Color,
  host: Host,
  { settings, names, hooks }: DigitalOceanArgs,
  opts: ChildOptions,
): void {
  const { apps, edge, managed } = settings;
  const binding = hooks(color);
  new Sidecar(
    `${host.name}-sidecar`,
    {
      host,
      color,
      config: {
        app: apps[color],
        colorHeader: edge.colorHeader,
        proxyProtocol: managed.proxyProtocol,
      },
      drainSeconds: settings.drainSeconds,
      image: hostRecipeOf(settings).image,
      stack: names.stack,
      containerName: `${names.network}-${host.name}-sidecar`,
      ...(binding && { hooks: binding }),
    },
    opts,
  );
}
