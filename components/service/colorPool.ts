import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import { AppContainer } from "./appContainer.ts";
import { pinnedReference } from "../../lib/imageReference.ts";
import { ColorImage } from "./colorImage.ts";
import { imageSignature } from "./imageSignature.ts";
import type { KeptColor } from "./deployedSettings.ts";
import type { Secrets } from "../../lib/secrets.ts";
import type { StackNames } from "../../lib/naming.ts";
import type {
  AppSettings,
  HealthSettings,
  Processes,
  RegistrySettings,
} from "../../settings/types.ts";
import type { ChildOptions } from "./balancer.ts";
import type { Host } from "../machine/host.ts";
import type { PublishedServices } from "./serviceContainer.ts";

export interface ColorPoolArgs {
  readonly color: Color;
  readonly imageReference: string;
  /** Each runs one container. */
  readonly hosts: readonly Host[];
  /** Resolves the image: the first host, or another with its engine if there is none. */
  readonly imageHost: Host;
  readonly app: AppSettings;
  /** All of the color; this component makes none. */
  readonly processes: Processes;
  /** See `AppContainerArgs`. */
  readonly services: PublishedServices;
  readonly health: HealthSettings;
  readonly secrets: Secrets;
  /** Set if the color keeps what it was deployed with. */
  readonly kept?: KeptColor;
  readonly names: StackNames;
  /** See `AppContainerArgs`. */
  readonly helperImage: string;
  /** Set for a private registry. */
  readonly registry?: RegistrySettings;
  /** See `ColorImageArgs`. */
  readonly pull?: pulumi.ResourceHookBinding;
  /** Of cosign: the image needs a signature by this key. */
  readonly cosignKey?: string;
  /** Makes what each host runs beside the app, once the app's container runs. */
  readonly beside?: (host: Host, opts: ChildOptions) => void;
  /** By container name, see `AppContainerArgs.generation`. */
  readonly generation: (containerName: string) => string;
  /** Changes containers one after the other instead of in parallel; for a color that takes traffic. */
  readonly oneByOne: boolean;
  readonly hooks?: pulumi.ResourceHookBinding;
}

/** The hosts of one color with the app's containers on them. */
export class ColorPool extends pulumi.ComponentResource {
  public readonly color: Color;
  public readonly containers: readonly AppContainer[];
  /** The reference from the config, and what it resolved to. */
  public readonly imageReference: string;
  public readonly digest: pulumi.Output<string>;

  readonly #images: ReadonlyMap<string, ColorImage>;

  constructor(name: string, args: ColorPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:ColorPool", name, {}, opts);
    this.color = args.color;
    this.imageReference = args.imageReference;
    this.#images = makeImages(name, args, this);
    const image = this.imageOn(args.imageHost);
    this.digest = image.digest;
    const signature = makeSignature(name, args, image, this);
    this.containers = makeContainers(args, this.#images, signature, this);
    this.registerOutputs({ image: this.imageReference, digest: this.digest });
  }

  /** @param host One of the pool's, or its `imageHost`. */
  imageOn(host: Host): ColorImage {
    return this.#images.get(host.engine)!;
  }
}

/** One for each Docker engine; all use the digest that the image's host resolved. */
function makeImages(
  name: string,
  args: ColorPoolArgs,
  parent: ColorPool,
): ReadonlyMap<string, ColorImage> {
  const { color, imageReference, imageHost } = args;
  const common = {
    setting: `${color}.image`,
    ...hooksOf(args),
    ...(args.pull && { pull: args.pull }),
  };
  const resolved = new ColorImage(
    `${name}-image`,
    { ...common, reference: imageReference, host: imageHost },
    { parent },
  );
  const pinned = pulumi
    .all([resolved.id, resolved.digest])
    .apply(([id, digest]) => pinnedReference(imageReference, id, digest));
  const images = new Map([[imageHost.engine, resolved]]);
  for (const host of args.hosts) {
    if (images.has(host.engine)) continue;
    const imageArgs = { ...common, reference: pinned, host };
    images.set(host.engine, new ColorImage(`${host.name}-image`, imageArgs, { parent }));
  }
  return images;
}

/** Checked once for the color: all hosts have the same digest. */
function makeSignature(
  name: string,
  { color, imageReference, cosignKey, registry }: ColorPoolArgs,
  { id, digest }: ColorImage,
  parent: ColorPool,
): pulumi.Resource | undefined {
  if (cosignKey === undefined) return undefined;
  const image = pulumi
    .all([id, digest])
    .apply((known) => pinnedReference(imageReference, ...known));
  const check = { setting: `${color}.image`, key: cosignKey };
  return imageSignature(`${name}-signature`, check, image, registry, parent);
}

function makeContainers(
  args: ColorPoolArgs,
  images: ReadonlyMap<string, ColorImage>,
  signature: pulumi.Resource | undefined,
  parent: ColorPool,
): AppContainer[] {
  const containers: AppContainer[] = [];
  for (const [position, host] of args.hosts.entries()) {
    const containerName = args.names.container(args.color, position + 1);
    const previous = containers.at(-1);
    const before = [signature, args.oneByOne ? previous : undefined];
    const container = new AppContainer(
      host.name,
      {
        ...args,
        host,
        image: images.get(host.engine)!,
        containerName,
        generation: args.generation(containerName),
      },
      { parent, dependsOn: before.filter((resource) => resource !== undefined) },
    );
    args.beside?.(host, { parent, dependsOn: [container] });
    containers.push(container);
  }
  return containers;
}

function hooksOf(args: ColorPoolArgs): { hooks?: pulumi.ResourceHookBinding } {
  return args.hooks ? { hooks: args.hooks } : {};
}
