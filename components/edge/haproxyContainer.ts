import * as pulumi from "@pulumi/pulumi";
import type { Host, HostCommand } from "../machine/host.ts";
import { type HostScriptArgs, restarts, runHostScript } from "../machine/hostScript.ts";

export interface HaproxyContainerArgs {
  /** The balancer, or the proxy beside the app. */
  readonly role: "edge" | "sidecar";
  readonly containerName: string;
  readonly volumeName: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly image: string;
  /** As `docker run --publish` takes them. */
  readonly publish: readonly string[];
  /** How long connections of an old worker may last after a reload. */
  readonly drainSeconds: number;
  /** How long a balancer in front takes to notice a change of health; 0 without one. */
  readonly checkSeconds: number;
  /** A new value recreates a container that is not running; see `Plan`. */
  readonly generation: string;
  /** Installs the configuration, see `components/edge/installProgram.ts`. */
  readonly program: pulumi.Input<string>;
  /** Further values whose changes a preview shows. */
  readonly values?: HostScriptArgs["values"];
}

/**
 * Our HAProxy in a container on a host, with its configuration loaded. A changed configuration reloads
 * without breaking client connections. Other ports or another image need a new container, which
 * interrupts traffic for about a second unless a balancer in front steers around it.
 */
export function haproxyContainer(
  host: Host,
  name: string,
  args: HaproxyContainerArgs,
  opts: pulumi.CustomResourceOptions,
): HostCommand {
  const isEdge = args.role === "edge";
  return runHostScript(
    host,
    name,
    {
      script: "haproxy.sh",
      values: {
        ROLE: args.role,
        CONTAINER: args.containerName,
        STACK: args.stack,
        VOLUME: args.volumeName,
        EDGE_IMAGE: restarts(`the ${args.role}'s image`, args.image),
        // Only the edge takes the host's address in a network; a sidecar's address belongs to the app.
        NETWORK: restarts("the stack's network", isEdge ? host.network : ""),
        ADDRESS: restarts("the host's address", isEdge ? host.address : ""),
        PUBLISH: restarts(`the ${args.role}'s ports`, args.publish.join(" ")),
        DRAIN_SECONDS: args.drainSeconds,
        CHECK_SECONDS: args.checkSeconds,
        GENERATION: args.generation,
        ...args.values,
      },
      input: args.program,
      hasDown: true,
    },
    pulumi.mergeOptions(opts, host.haproxyImage ? { dependsOn: [host.haproxyImage] } : {}),
  );
}
