import * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../../lib/plan.ts";
import type { Route } from "../../lib/route.ts";
import { type Balancer, routeOf } from "../service/balancer.ts";
import type { Host } from "../machine/host.ts";
import { runHostScript } from "../machine/hostScript.ts";
import { edgeContainer, type EdgeContainerArgs } from "./edgeContainer.ts";

export interface HaproxyEdgeArgs extends Omit<EdgeContainerArgs, "preview" | "healthPort"> {
  /** Where the balancer runs. */
  readonly host: Host;
  /** Published on the host's loopback address only. */
  readonly previewPort: number;
  readonly plan: Pick<Plan, "routeGeneration" | "activeGate" | "canaryGate" | "edgeGeneration">;
}

/**
 * A balancer that we run ourselves: HAProxy in a container. Both colors are always configured; the
 * route is a map entry, changed through the runtime socket. Changed members reload HAProxy without
 * breaking client connections. A changed port or image needs a new container, which interrupts traffic
 * for about a second.
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
    const preview = `127.0.0.1:${args.previewPort}`;
    edgeContainer(args.host, name, { ...args, preview }, { parent: this });
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
          GENERATION: plan.routeGeneration,
          ACTIVE_GATE: plan.activeGate,
          CANARY_GATE: plan.canaryGate,
        },
      },
      { parent: this, dependsOn: [this, ...dependsOn] },
    );
    return routeOf(set, route);
  }
}
