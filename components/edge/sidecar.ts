import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import {
  SIDECAR_HEALTH_PORT,
  SIDECAR_TRAFFIC_PORT,
  type SidecarConfig,
  sidecarConfig,
} from "./sidecarConfig.ts";
import type { Host } from "../machine/host.ts";
import { sidecarProgram } from "./installProgram.ts";
import { breaks } from "../machine/hostScript.ts";
import { haproxyContainer } from "./haproxyContainer.ts";

export interface SidecarArgs {
  readonly host: Host;
  readonly color: Color;
  readonly config: Omit<SidecarConfig, "address" | "color" | "drainSeconds">;
  /** How long connections of an old worker may last after a reload. */
  readonly drainSeconds: number;
  readonly image: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly containerName: string;
  /** Run before the container is changed, see `frozenRule`. */
  readonly hooks?: pulumi.ResourceHookBinding;
}

/** The managed balancer's ports on a host: requests and health checks. */
export const HOST_TRAFFIC_PORT = 9080;
export const HOST_HEALTH_PORT = 9082;

/** The proxy between a managed balancer and the app on one host, see `sidecarConfig`. */
export class Sidecar extends pulumi.ComponentResource {
  constructor(name: string, args: SidecarArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:haproxy:Sidecar", name, {}, opts);
    const { host, color, config, drainSeconds } = args;
    haproxyContainer(
      host,
      name,
      {
        role: "sidecar",
        containerName: args.containerName,
        volumeName: args.containerName,
        stack: args.stack,
        image: args.image,
        publish: [
          `${HOST_TRAFFIC_PORT}:${SIDECAR_TRAFFIC_PORT}`,
          `${HOST_HEALTH_PORT}:${SIDECAR_HEALTH_PORT}`,
        ],
        drainSeconds,
        checkSeconds: 0,
        generation: "",
        // It would have to change at the same moment as the balancer, which is impossible.
        values: {
          PROXY_PROTOCOL: breaks("managed.proxyProtocol", String(config.proxyProtocol)),
        },
        program: host.address.apply((address) =>
          sidecarProgram(sidecarConfig({ ...config, color, address, drainSeconds }), drainSeconds),
        ),
      },
      { parent: this, ...(args.hooks && { hooks: args.hooks }) },
    );
    this.registerOutputs();
  }
}
