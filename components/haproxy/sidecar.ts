import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import {
  SIDECAR_HEALTH_PORT,
  SIDECAR_TRAFFIC_PORT,
  type SidecarConfig,
  sidecarConfig,
} from "../../lib/haproxy/sidecarConfig.ts";
import type { Host } from "../host.ts";
import { runHostScript } from "../hostScript.ts";

export interface SidecarArgs {
  readonly host: Host;
  readonly color: Color;
  readonly appPort: number;
  readonly config: Omit<SidecarConfig, "app" | "color">;
  readonly image: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly containerName: string;
  /** Asked before the container is changed, see `frozenRule`. */
  readonly hooks?: pulumi.ResourceHookBinding;
}

/** Where the managed balancer reaches a host: its requests, and its questions after the health. */
export const HOST_TRAFFIC_PORT = 9080;
export const HOST_HEALTH_PORT = 9082;

/** What stands between a managed balancer and the app on one host, see `sidecarConfig`. */
export class Sidecar extends pulumi.ComponentResource {
  constructor(name: string, args: SidecarArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:haproxy:Sidecar", name, {}, opts);
    const { host, color, appPort, config } = args;
    runHostScript(
      host,
      name,
      {
        script: "sidecar.sh",
        values: {
          HOST: host.name,
          CONTAINER: args.containerName,
          STACK: args.stack,
          EDGE_IMAGE: args.image,
          TRAFFIC: `${HOST_TRAFFIC_PORT}:${SIDECAR_TRAFFIC_PORT}`,
          HEALTH: `${HOST_HEALTH_PORT}:${SIDECAR_HEALTH_PORT}`,
        },
        input: host.address.apply((address) =>
          sidecarConfig({ ...config, color, app: `${address}:${appPort}` }),
        ),
      },
      { parent: this, ...(args.hooks && { hooks: args.hooks }) },
    );
    this.registerOutputs();
  }
}
