import * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import { EDGE_HEALTH_PORT, EDGE_PORT, EDGE_PREVIEW_PORT } from "./frontends.ts";
import { CHECK_SECONDS, type HaproxyConfig, haproxyConfig } from "./haproxyConfig.ts";
import { edgeProgram } from "./installProgram.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Plan } from "../../lib/plan.ts";
import type { Members } from "../service/balancer.ts";
import type { Host, HostCommand } from "../machine/host.ts";
import { haproxyContainer } from "./haproxyContainer.ts";

export interface EdgeContainerArgs {
  readonly members: Members;
  /** The configuration without the members. */
  readonly config: Omit<HaproxyConfig, "members">;
  /** Published on all addresses of the host. */
  readonly port: number;
  /** `port`, or `address:port` to publish the preview on one address only. */
  readonly preview: string;
  /** Published for a managed balancer's health checks; left out without one. */
  readonly healthPort?: number;
  readonly image: string;
  readonly names: StackNames;
  readonly plan: Pick<Plan, "edgeGeneration">;
}

/** Our HAProxy in a container on a host, with its configuration loaded. */
export function edgeContainer(
  host: Host,
  name: string,
  args: EdgeContainerArgs,
  opts: pulumi.CustomResourceOptions,
): HostCommand {
  const { names, config } = args;
  return haproxyContainer(
    host,
    name,
    {
      role: "edge",
      containerName: names.edge,
      volumeName: names.edgeVolume,
      stack: names.stack,
      image: args.image,
      publish: [
        `${args.port}:${EDGE_PORT}`,
        `${args.preview}:${EDGE_PREVIEW_PORT}`,
        ...(args.healthPort === undefined ? [] : [`${args.healthPort}:${EDGE_HEALTH_PORT}`]),
      ],
      drainSeconds: config.drainSeconds,
      checkSeconds: args.healthPort === undefined ? 0 : CHECK_SECONDS,
      generation: args.plan.edgeGeneration(host.name),
      program: edgeText(args),
    },
    opts,
  );
}

/** The files of the edge, once all members' addresses are known. */
function edgeText(args: EdgeContainerArgs): pulumi.Output<string> {
  const { drainSeconds } = args.config;
  return edgeConfiguration(args).apply((text) => edgeProgram(text, drainSeconds));
}

/** Its haproxy.cfg. */
export function edgeConfiguration({
  members: hosts,
  config,
}: Pick<EdgeContainerArgs, "members" | "config">): pulumi.Output<string> {
  const members = COLORS.flatMap((color) =>
    hosts[color].map(({ name, address }) =>
      address.apply((known) => ({ color, name, address: known })),
    ),
  );
  return pulumi.all(members).apply((all) =>
    haproxyConfig({
      ...config,
      members: {
        blue: all.filter(({ color }) => color === "blue"),
        green: all.filter(({ color }) => color === "green"),
      },
    }),
  );
}
