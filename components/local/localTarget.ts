import type * as pulumi from "@pulumi/pulumi";
import { type Color, COLORS } from "../../lib/color.ts";
import { EDGE_HOST, hostNames, type StackNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";
import { edgeConfig } from "../edge/haproxyConfig.ts";
import { HaproxyEdge } from "../edge/haproxyEdge.ts";
import { edgeImageWarnings } from "../edge/edgeImages.ts";
import {
  newestRecipe,
  haproxyVersion,
  localRecipe,
  olderVersionWarning,
  versionIn,
} from "../../settings/haproxyVersion.ts";
import { THIS_MACHINE } from "../machine/exec.ts";
import { BlueGreenService } from "../service/blueGreenService.ts";
import { serviceContainers } from "../service/serviceContainer.ts";
import { type StackOutputs, stackOutputs } from "../service/stackOutputs.ts";
import type { StackArgs, StackHost, Target } from "../service/target.ts";
import { LocalHost } from "./localHost.ts";
import { edgeAddress, hostAddress, LocalNetwork } from "./localNetwork.ts";
import { localPreflight } from "./localPreflight.ts";
import { localRoute } from "./localRoute.ts";
import { observeLocal } from "./observeLocal.ts";

/** This machine, with Docker. */
export function localTarget(settings: Settings, names: StackNames): Target {
  let running = "";
  return {
    async observe() {
      const seen = await observeLocal(names, newestRecipe(settings).image);
      running = seen.edges?.[EDGE_HOST]?.image ?? "";
      const isKept = settings.edge.haproxy === undefined;
      const older = isKept ? olderVersionWarning(haproxyVersion(settings, versionIn(running))) : [];
      const behind = edgeImageWarnings(settings, seen.edges);
      return { ...seen, warnings: [...(seen.warnings ?? []), ...older, ...behind] };
    },
    preflight: (seen) => localPreflight(settings, running, names, seen),
    build: (args) => Promise.resolve(localStack(args, localRecipe(settings, running).image)),
    hosts: () => Promise.resolve(stackHosts(settings)),
    directRoute: () => localRoute(names),
  };
}

function stackHosts({ pools }: Settings): StackHost[] {
  const hosts = COLORS.flatMap((color) =>
    hostNames(color, pools[color]?.count ?? 0).map((name) => ({
      name,
      color,
      machine: THIS_MACHINE,
    })),
  );
  return [...hosts, { name: EDGE_HOST, machine: THIS_MACHINE }];
}

/** Both colors and the balancer as containers on this machine. @param image Of the balancer. */
export function localStack(args: StackArgs, image: string): StackOutputs {
  const { settings, plan, names } = args;
  const network = new LocalNetwork("network", { names });
  const { subnet } = network;
  const edgeHost = new LocalHost("edge-host", {
    hostName: EDGE_HOST,
    address: subnet.apply(edgeAddress),
    network: names.network,
  });
  const services = serviceContainers(
    { settings, names, host: edgeHost, helperImage: image },
    { dependsOn: network },
  );
  const service = new BlueGreenService("app", {
    ...args,
    services,
    hosts: { blue: localHosts("blue", args, subnet), green: localHosts("green", args, subnet) },
    gateFrom: edgeHost,
    imageHost: edgeHost,
    gateImage: image,
    makeBalancer: (members, opts) =>
      new HaproxyEdge(
        "edge",
        {
          config: edgeConfig(settings),
          port: settings.edge.port,
          previewPort: settings.edge.previewPort,
          image,
          host: edgeHost,
          members,
          names,
          plan,
        },
        opts,
      ),
  });
  return stackOutputs(settings, service, 0);
}

function localHosts(
  color: Color,
  { settings, names }: StackArgs,
  subnet: pulumi.Output<string>,
): LocalHost[] {
  return hostNames(color, settings.pools[color]?.count ?? 0).map((name, at) => {
    const address = subnet.apply((known) => hostAddress(known, color, at + 1));
    return new LocalHost(`${name}-host`, { hostName: name, address, network: names.network });
  });
}
