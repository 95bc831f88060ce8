import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "../../lib/naming.ts";
import { shellQuote } from "../../lib/shell.ts";
import type { ServiceSettings, Settings } from "../../settings/types.ts";
import { restarts, runHostScript } from "../machine/hostScript.ts";
import type { Host } from "../machine/host.ts";
import { ColorImage } from "./colorImage.ts";
import type { ServiceOutput } from "./stackOutputs.ts";

export interface ServiceContainerArgs {
  readonly serviceName: string;
  readonly service: ServiceSettings;
  /** Has the stack's Docker network. */
  readonly host: Host;
  readonly settings: Settings;
  /** Has socat; asks whether the service's port is open. */
  readonly helperImage: string;
  readonly names: StackNames;
  /** Set for a private registry, see `registryPull`; empty under mocks. */
  readonly pull?: pulumi.ResourceHookBinding;
}

/**
 * What stands beside both colors, such as a database: one container on the stack's Docker network. Where the host's
 * address is the machine's own, it publishes its port there. No release touches it, and its files outlive the stack.
 */
export class ServiceContainer extends pulumi.ComponentResource {
  readonly output: ServiceOutput;
  /** Where it publishes its port; undefined where the app's containers are on its network and find it by name. */
  readonly publishedAt?: pulumi.Output<string>;

  constructor(name: string, args: ServiceContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    const formerly = { aliases: [{ type: "blue-green:local:LocalService" }] };
    super("blue-green:app:ServiceContainer", name, {}, pulumi.mergeOptions(opts, formerly));
    const { serviceName, service, host, settings, names } = args;
    const publishes = host.network === "";
    const setting = `services.${serviceName}`;
    const of = (key: keyof ServiceSettings) => `${setting}.${key}`;
    const image = new ColorImage(
      `${name}-image`,
      {
        setting: of("image"),
        reference: service.image,
        host,
        ...(args.pull && { pull: args.pull }),
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
          PORT: publishes ? restarts(of("port"), service.port) : service.port,
          ...(publishes && { ADDRESS: restarts("the host's address", host.address) }),
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
      { parent: this, ...(host.haproxyImage && { dependsOn: host.haproxyImage }) },
    );
    if (publishes) this.publishedAt = host.address;
    this.output = {
      image: service.image,
      digest: image.digest,
      address: `${serviceName}:${service.port}`,
      container: names.service(serviceName),
    };
    this.registerOutputs({});
  }
}

/** By name. */
export type ServiceContainers = Readonly<Record<string, ServiceContainer>>;

/** All services of a stack; the app's containers wait for them. */
export function serviceContainers(
  args: Omit<ServiceContainerArgs, "serviceName" | "service">,
  opts: pulumi.ComponentResourceOptions,
): ServiceContainers {
  const made = Object.entries(args.settings.services).map(([serviceName, service]) => {
    const serviceArgs = { ...args, serviceName, service };
    const name = `service-${serviceName}`;
    return [serviceName, new ServiceContainer(name, serviceArgs, opts)] as const;
  });
  return Object.fromEntries(made);
}

/** The services whose names Docker does not know on the app's hosts, each with its address. */
export function publishedServices(services: ServiceContainers): PublishedServices {
  const published = Object.entries(services).flatMap(([name, { publishedAt }]) =>
    publishedAt ? [[name, publishedAt] as const] : [],
  );
  return Object.fromEntries(published);
}

/** Addresses by name. */
export type PublishedServices = Readonly<Record<string, pulumi.Output<string>>>;
