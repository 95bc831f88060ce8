import * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import { edgeProgram } from "../../lib/haproxy/edgeProgram.ts";
import { type HaproxyConfig, haproxyConfig } from "../../lib/haproxy/config.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Plan } from "../../lib/plan.ts";
import { type Route, parseRoute } from "../../lib/route.ts";
import type { Balancer, Members } from "../balancer.ts";
import type { Host } from "../host.ts";
import { runHostScript } from "../hostScript.ts";

export interface HaproxyEdgeArgs {
  /** Where the balancer runs. */
  readonly host: Host;
  readonly members: Members;
  /** What the configuration holds besides the members. */
  readonly config: Omit<HaproxyConfig, "members">;
  /** Published on all addresses of the host. */
  readonly port: number;
  /** Published on the host's loopback address only. */
  readonly previewPort: number;
  readonly image: string;
  readonly names: StackNames;
  readonly plan: Pick<Plan, "revision" | "activeGate" | "canaryGate" | "edgeGeneration">;
}

/**
 * A balancer that we run ourselves: HAProxy in a container. Both colors are always configured; the
 * route stands in a map that is changed by the runtime socket. A change of members reloads HAProxy
 * without closing a connection in a client's face; a change of a port or of the image makes a new
 * container, which interrupts the traffic for about a second.
 */
export class HaproxyEdge extends pulumi.ComponentResource implements Balancer {
  public readonly url: pulumi.Output<string>;
  public readonly previewUrl: pulumi.Output<string>;

  readonly #args: HaproxyEdgeArgs;
  readonly #name: string;

  constructor(name: string, args: HaproxyEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:haproxy:HaproxyEdge", name, {}, opts);
    this.#args = args;
    this.#name = name;
    const { names, host } = args;
    runHostScript(
      host,
      name,
      {
        script: "edge.sh",
        values: {
          CONTAINER: names.edge,
          STACK: names.stack,
          VOLUME: names.edgeVolume,
          IMAGE: args.image,
          NETWORK: host.network,
          ADDRESS: host.address,
          PORT: args.port,
          PREVIEW_PORT: args.previewPort,
          DRAIN_SECONDS: args.config.drainSeconds,
          GENERATION: args.plan.edgeGeneration,
        },
        input: edgeText(args),
        hasDown: true,
      },
      { parent: this },
    );
    this.url = pulumi.output(`http://localhost:${args.port}`);
    this.previewUrl = pulumi.output(`http://localhost:${args.previewPort}`);
    this.registerOutputs({ url: this.url, previewUrl: this.previewUrl });
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const { host, names, plan } = this.#args;
    const set = runHostScript(
      host,
      `${this.#name}-route`,
      {
        script: "route.sh",
        values: {
          ACTIVE: route.active,
          CANARY_WEIGHT: route.canaryWeight,
          TESTERS: route.testers ? "on" : "off",
          EDGE: names.edge,
          REVISION: plan.revision,
          ACTIVE_GATE: plan.activeGate,
          CANARY_GATE: plan.canaryGate,
        },
      },
      { parent: this, dependsOn: [this, ...dependsOn] },
    );
    return set.stdout.apply((text) => parseRoute(text) ?? route);
  }
}

/** The files of the edge, once all members' addresses are known. */
function edgeText(args: HaproxyEdgeArgs): pulumi.Output<string> {
  const members = COLORS.flatMap((color) =>
    args.members[color].map(({ name, address }) =>
      address.apply((known) => ({ color, name, address: known })),
    ),
  );
  return pulumi.all(members).apply((all) =>
    edgeProgram(
      haproxyConfig({
        ...args.config,
        members: {
          blue: all.filter(({ color }) => color === "blue"),
          green: all.filter(({ color }) => color === "green"),
        },
      }),
      args.config.drainSeconds,
    ),
  );
}
