import type * as pulumi from "@pulumi/pulumi";
import {
  haproxyImage,
  haproxyVersion,
  olderVersionWarning,
  versionIn,
} from "../edge/haproxyVersion.ts";
import { HaproxyEdge } from "../edge/haproxyEdge.ts";
import { LocalHost } from "./localHost.ts";
import { LocalNetwork } from "./localNetwork.ts";
import { observe } from "./observeLocal.ts";
import { preflight } from "./localPreflight.ts";
import type { Color } from "../../lib/color.ts";
import { EDGE_HOST, hostName, type StackNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";
import { edgeAddress, hostAddress } from "./subnet.ts";
import { type StackOutputs, stackOutputs } from "../service/stackOutputs.ts";
import { edgeConfig, edgeImageOf, type StackArgs } from "../service/stackArgs.ts";
import { stackService } from "../service/stackService.ts";
import type { Target } from "../service/target.ts";

/** This machine, with Docker. */
export function localTarget(settings: Settings, names: StackNames): Target {
  let haproxy = haproxyVersion(settings);
  return {
    async observe() {
      const seen = await observe(names, haproxyImage(haproxy));
      haproxy = haproxyVersion(settings, versionIn(seen.edgeImage ?? ""));
      const isKept = settings.edge.haproxy === undefined;
      return { ...seen, warnings: isKept ? olderVersionWarning(haproxy) : [] };
    },
    preflight: (seen) => preflight(settings.edge, haproxyImage(haproxy), names, seen),
    build: (args) => {
      const edge = { ...args.settings.edge, haproxy };
      return Promise.resolve(localStack({ ...args, settings: { ...args.settings, edge } }));
    },
  };
}

/** Both colors and the balancer as containers on this machine. */
export function localStack(args: StackArgs): StackOutputs {
  const { settings, plan, names } = args;
  const { subnet } = new LocalNetwork("network", { names });
  const edgeHost = new LocalHost("edge-host", {
    hostName: EDGE_HOST,
    address: subnet.apply(edgeAddress),
    network: names.network,
  });
  const hosts = {
    blue: localHosts("blue", args, subnet),
    green: localHosts("green", args, subnet),
  };
  const service = stackService(args, hosts, {
    gateFrom: edgeHost,
    makeBalancer: (members, opts) =>
      new HaproxyEdge(
        "edge",
        {
          config: edgeConfig(settings),
          port: settings.edge.port,
          previewPort: settings.edge.previewPort,
          image: edgeImageOf(settings),
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
  const count = settings.pools[color]?.count ?? 0;
  return Array.from({ length: count }, (_, position) => {
    const name = hostName(color, position + 1);
    const address = subnet.apply((known) => hostAddress(known, color, position + 1));
    return new LocalHost(`${name}-host`, { hostName: name, address, network: names.network });
  });
}
