import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../lib/color.ts";
import type { AppEnvironment } from "../lib/environment.ts";
import type { StackNames } from "../lib/naming.ts";
import type { AppSettings, HealthSettings } from "../lib/settings/types.ts";
import { AppContainer } from "./appContainer.ts";
import { ColorImage } from "./colorImage.ts";
import type { Host } from "./host.ts";

export interface ColorPoolArgs {
  readonly color: Color;
  readonly imageReference: string;
  /** At least one; their number is the number of containers. */
  readonly hosts: readonly Host[];
  readonly app: AppSettings;
  readonly health: HealthSettings;
  readonly environment: pulumi.Input<AppEnvironment>;
  readonly names: StackNames;
  /** By container name, see `AppContainerArgs.generation`. */
  readonly generation: (containerName: string) => string;
  /** Changes one container after the other instead of all at once; for a color that takes traffic. */
  readonly oneByOne: boolean;
  readonly hooks?: pulumi.ResourceHookBinding;
}

/** The hosts of one color with the app's containers on them. */
export class ColorPool extends pulumi.ComponentResource {
  public readonly color: Color;
  public readonly containers: readonly AppContainer[];
  /** The reference that the config gave, and what it was resolved to. */
  public readonly imageReference: string;
  public readonly digest: pulumi.Output<string>;

  constructor(name: string, args: ColorPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:ColorPool", name, {}, opts);
    const [first] = args.hosts;
    if (!first) throw new pulumi.ResourceError(`The pool ${args.color} has no hosts.`, this);
    this.color = args.color;
    this.imageReference = args.imageReference;
    const image = new ColorImage(
      `${name}-image`,
      { color: args.color, reference: args.imageReference, host: first, ...hooksOf(args) },
      { parent: this },
    );
    this.digest = image.digest;
    this.containers = makeContainers(args, image, this);
    this.registerOutputs({ image: this.imageReference, digest: this.digest });
  }
}

function makeContainers(args: ColorPoolArgs, image: ColorImage, parent: ColorPool): AppContainer[] {
  const containers: AppContainer[] = [];
  for (const [position, host] of args.hosts.entries()) {
    const containerName = args.names.container(args.color, position + 1);
    const previous = containers.at(-1);
    containers.push(
      new AppContainer(
        host.name,
        {
          ...args,
          host,
          image,
          containerName,
          stack: args.names.stack,
          network: args.names.network,
          generation: args.generation(containerName),
        },
        { parent, ...(args.oneByOne && previous && { dependsOn: [previous] }) },
      ),
    );
  }
  return containers;
}

function hooksOf(args: ColorPoolArgs): { hooks?: pulumi.ResourceHookBinding } {
  return args.hooks ? { hooks: args.hooks } : {};
}
