import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import type { AppSettings, HealthSettings } from "../../settings/types.ts";
import type { Host } from "../machine/host.ts";
import { type HostScriptArgs, restarts, runHostScript } from "../machine/hostScript.ts";
import type { ColorImage } from "./colorImage.ts";

export interface AppContainerArgs {
  readonly color: Color;
  readonly host: Host;
  readonly image: ColorImage;
  /** What the config calls the image; for messages. */
  readonly imageReference: string;
  readonly app: AppSettings;
  readonly health: HealthSettings;
  /** The container's environment, without what this component adds itself. */
  readonly environment: pulumi.Input<AppEnvironment>;
  /** `<project>/<stack>`, set as label. */
  readonly stack: string;
  readonly containerName: string;
  /** Changes where a container is to be made again though its settings are the same. */
  readonly generation: string;
  /** Asked before the container is changed, see `FrozenRule`. */
  readonly hooks?: pulumi.ResourceHookBinding;
}

/**
 * The app's container on one host: hardened, restarted by Docker when it ends, and up only when its
 * own HEALTHCHECK says so. Always sets `DEPLOYMENT_COLOR` and `PORT`.
 */
export class AppContainer extends pulumi.ComponentResource {
  public readonly host: Host;
  public readonly containerName: string;
  public readonly address: pulumi.Output<string>;

  constructor(name: string, args: AppContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:AppContainer", name, {}, opts);
    this.host = args.host;
    this.containerName = args.containerName;
    this.address = args.host.address;
    runHostScript(
      args.host,
      name,
      {
        script: "container.sh",
        values: containerValues(args),
        input: pulumi
          .output(args.environment)
          .apply((environment) => environmentFile(args.color, args.app.port, environment)),
        inputSetting: `${args.color}.env or app.env`,
        hasDown: true,
      },
      { parent: this, ...(args.hooks && { hooks: args.hooks }) },
    );
    this.registerOutputs({ hostName: this.host.name, address: this.address });
  }
}

/**
 * What a container is made of, for `scripts/container.sh`: each value with its setting where a change of
 * it makes the container again. Their order is part of the hash by which a container is known as current.
 */
function containerValues(args: AppContainerArgs): HostScriptArgs["values"] {
  const { app, color, host } = args;
  return {
    COLOR: color,
    HOST: host.name,
    CONTAINER: args.containerName,
    STACK: args.stack,
    IMAGE_REF: args.imageReference,
    IMAGE: restarts(`${color}.image`, args.image.id),
    PORT: restarts("app.port", app.port),
    NETWORK: restarts("the stack's network", host.network),
    ADDRESS: restarts("the host's address", host.address),
    APP_USER: restarts("app.user", app.user),
    MEMORY: restarts("app.memoryMb", `${app.memoryMb}m`),
    CPUS: restarts("app.cpus", app.cpus),
    PIDS: restarts("app.pids", app.pids),
    STOP_SECONDS: restarts("app.stopSeconds", app.stopSeconds),
    HEALTH_SECONDS: args.health.timeoutSeconds,
    GENERATION: args.generation,
  };
}

export type AppEnvironment = Readonly<Record<string, string>>;

/**
 * The text of an environment file as `docker run --env-file` reads it: one `NAME=value` a line, the
 * value as it stands, so that a value can't hold a line break (settings refuse one).
 */
export function environmentFile(color: Color, port: number, environment: AppEnvironment): string {
  const own = { DEPLOYMENT_COLOR: color, PORT: String(port) };
  return Object.entries({ ...environment, ...own })
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("\n");
}
