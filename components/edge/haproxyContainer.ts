import * as pulumi from "@pulumi/pulumi";
import type { Host, HostCommand } from "../machine/host.ts";
import { type HostScriptArgs, restarts, runHostScript } from "../machine/hostScript.ts";

export interface HaproxyContainerArgs {
  /** The balancer, or what stands beside the app. */
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
  /** How long it takes until a balancer in front sees that this one is well, or ill; 0 for none. */
  readonly checkSeconds: number;
  /** A new text makes the container again where it does not run; see `Plan`. */
  readonly generation: string;
  /** Brings the configuration there, see `components/edge/installProgram.ts`. */
  readonly program: pulumi.Input<string>;
  /** What else is to be shown in a preview when it changes. */
  readonly values?: HostScriptArgs["values"];
}

/**
 * Our HAProxy in a container on a host, with its configuration in force. A changed configuration is
 * reloaded without closing a connection in a client's face; other ports, or another image, make a new
 * container, which interrupts its traffic for about a second where no balancer in front is let know.
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
        // Only the edge has the host's address in a network: a sidecar has the app's own host.
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
