import * as pulumi from "@pulumi/pulumi";
import { BlueGreenService } from "../components/blueGreenService.ts";
import { ColorPool, type ColorPoolArgs } from "../components/colorPool.ts";
import { HaproxyEdge, type HaproxyEdgeArgs } from "../components/haproxy/haproxyEdge.ts";
import type { Host } from "../components/host.ts";
import { LocalHost } from "../components/local/localHost.ts";
import { LocalNetwork } from "../components/local/localNetwork.ts";
import { SmokeGate } from "../components/smokeGate.ts";
import type { Color } from "../lib/color.ts";
import { gateChecks } from "../lib/gateProgram.ts";
import { hostName, type StackNames } from "../lib/naming.ts";
import type { Plan } from "../lib/plan.ts";
import { takesTraffic } from "../lib/route.ts";
import { DEFAULT_CANARY_HEADER, type Settings } from "../lib/settings/types.ts";
import { edgeAddress, hostAddress } from "../lib/subnet.ts";
import { type StackOutputs, stackOutputs } from "./outputs.ts";

/** Made by the set-up from Debian's packages. */
export const EDGE_IMAGE = "blue-green-edge:2.6";

export interface LocalStackArgs {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly names: StackNames;
  /** The hooks that keep a color with traffic as it is; none under mocks. */
  readonly hooks: (color: Color) => pulumi.ResourceHookBinding | undefined;
}

/** Both colors and the balancer as containers on this machine. */
export function localStack({ settings, plan, names, hooks }: LocalStackArgs): StackOutputs {
  const { subnet } = new LocalNetwork("network", { names });
  const edgeHost = new LocalHost("edge-host", {
    hostName: "edge",
    address: subnet.apply(edgeAddress),
  });
  const service = new BlueGreenService("app", {
    hosts: {
      blue: localHosts("blue", settings, subnet),
      green: localHosts("green", settings, subnet),
    },
    route: plan.wanted,
    makePool: (color, hosts, opts) =>
      new ColorPool(color, poolArgs(color, hosts, { settings, plan, names, hooks }), opts),
    makeGate: (name, pool, parent) =>
      new SmokeGate(
        name,
        {
          pool,
          from: edgeHost,
          appPort: settings.app.port,
          checks: gateChecks(settings.app.healthPath, settings.smoke),
          health: settings.health,
          names,
          edgeImage: EDGE_IMAGE,
          asked: name === "gate" ? plan.activeGate : plan.canaryGate,
        },
        { parent },
      ),
    makeBalancer: (members, opts) =>
      new HaproxyEdge(
        "edge",
        { ...edgeArgs(settings), host: edgeHost, members, names, plan },
        opts,
      ),
  });
  return stackOutputs(settings, service);
}

function localHosts(color: Color, settings: Settings, subnet: pulumi.Output<string>): LocalHost[] {
  const count = settings.pools[color]?.count ?? 0;
  return Array.from({ length: count }, (_, position) => {
    const name = hostName(color, position + 1);
    const address = subnet.apply((known) => hostAddress(known, color, position + 1));
    return new LocalHost(`${name}-host`, { hostName: name, address });
  });
}

function poolArgs(color: Color, hosts: readonly Host[], stack: LocalStackArgs): ColorPoolArgs {
  const { settings, plan, names } = stack;
  const pool = settings.pools[color];
  if (!pool) throw new Error(`${color} has hosts but no settings.`);
  const hooks = stack.hooks(color);
  const env = { ...settings.app.env, ...pool.env };
  const isSecret = settings.appIsSecret || pool.isSecret;
  return {
    color,
    hosts,
    imageReference: pool.image,
    app: settings.app,
    health: settings.health,
    environment: isSecret ? pulumi.secret(env) : env,
    names,
    generation: plan.containerGeneration,
    oneByOne: plan.real !== undefined && takesTraffic(color, plan.real),
    ...(hooks && { hooks }),
  };
}

function edgeArgs(
  settings: Settings,
): Omit<HaproxyEdgeArgs, "host" | "members" | "names" | "plan"> {
  const { canary, edge } = settings;
  return {
    image: EDGE_IMAGE,
    port: edge.port,
    previewPort: edge.previewPort,
    config: {
      appPort: settings.app.port,
      healthPath: settings.app.healthPath,
      colorHeader: edge.colorHeader,
      canaryHeader: canary?.header ?? DEFAULT_CANARY_HEADER,
      ...(canary?.cookie && { canaryCookie: canary.cookie }),
      drainSeconds: settings.drainSeconds,
    },
  };
}
