import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "../../lib/naming.ts";
import { shellQuote } from "../../lib/shell.ts";
import type { ServiceSettings, Settings } from "../../settings/types.ts";
import { restarts, runHostScript } from "../machine/hostScript.ts";
import { ColorImage } from "../service/colorImage.ts";
import type { ServiceOutput } from "../service/stackOutputs.ts";
import type { LocalHost } from "./localHost.ts";

export interface LocalServiceArgs {
  readonly serviceName: string;
  readonly service: ServiceSettings;
  /** Any host of the stack's network. */
  readonly host: LocalHost;
  readonly settings: Settings;
  /** Has socat; asks whether the service's port is open. */
  readonly helperImage: string;
  readonly names: StackNames;
}

/**
 * What stands beside both colors, such as a database: one container on the stack's network, which the app
 * reaches by the service's name. No release touches it, and its files outlive the stack.
 */
export class LocalService extends pulumi.ComponentResource {
  readonly output: ServiceOutput;

  constructor(name: string, args: LocalServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:local:LocalService", name, {}, opts);
    const { serviceName, service, host, settings, names } = args;
    const setting = `services.${serviceName}`;
    const of = (key: keyof ServiceSettings) => `${setting}.${key}`;
    const image = new ColorImage(
      `${name}-image`,
      {
        setting: of("image"),
        reference: service.image,
        host,
      },
      { parent: this },
    );
    runHostScript(
      host,
      name,
      {
        script: "service.sh",
        values: {
          SERVICE: serviceName,
          CONTAINER: names.service(serviceName),
          STACK: names.stack,
          NETWORK: names.network,
          IMAGE_REF: service.image,
          IMAGE: restarts(of("image"), image.id),
          PORT: service.port,
          VOLUME: names.service(serviceName),
          FOLDER: restarts(of("volume"), service.volume ?? ""),
          COMMAND: restarts(of("command"), (service.command ?? []).map(shellQuote).join(" ")),
          MEMORY: restarts(of("memoryMb"), `${service.memoryMb}m`),
          HEALTH_COMMAND: restarts(of("healthCommand"), service.healthCommand ?? ""),
          HEALTH_SECONDS: settings.health.timeoutSeconds,
          HELPER_IMAGE: args.helperImage,
        },
        input: Object.entries(service.env)
          .map(([variable, value]) => `${variable}=${value}`)
          .sort()
          .join("\n"),
        inputSetting: of("env"),
        hasDown: true,
      },
      { parent: this },
    );
    this.output = {
      image: service.image,
      digest: image.digest,
      address: `${serviceName}:${service.port}`,
      container: names.service(serviceName),
    };
    this.registerOutputs({});
  }
}

/** All services of a stack by name; the app's containers wait for them. */
export function localServices(
  args: Omit<LocalServiceArgs, "serviceName" | "service">,
  opts: pulumi.ComponentResourceOptions,
): Readonly<Record<string, LocalService>> {
  const made = Object.entries(args.settings.services).map(([serviceName, service]) => {
    const serviceArgs = { ...args, serviceName, service };
    return [serviceName, new LocalService(`service-${serviceName}`, serviceArgs, opts)] as const;
  });
  return Object.fromEntries(made);
}
