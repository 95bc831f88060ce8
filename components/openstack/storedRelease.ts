import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { type Color, COLORS } from "../../lib/color.ts";
import { releaseId, releaseText } from "./releaseText.ts";
import type { Settings } from "../../settings/types.ts";
import type { Balancer } from "../service/balancer.ts";
import type { ColorPool } from "../service/colorPool.ts";

export interface StoredReleaseArgs {
  /** An existing container in Swift. */
  readonly container: string;
  /** `<project>/<stack>`, the prefix of object names. */
  readonly stack: string;
  readonly settings: Settings;
  readonly pools: Readonly<Partial<Record<Color, ColorPool>>>;
  readonly rendered: Rendered;
  /** Must exist before; nothing in a release waits for the stored copy. */
  readonly after: readonly pulumi.Resource[];
}

/** A balancer's configuration as a file. */
export interface Rendered {
  /** The file's name: `haproxy.cfg`. */
  readonly name: string;
  readonly text: pulumi.Output<string>;
}

export interface RenderedBalancer extends Balancer {
  readonly rendered: Rendered;
}

/**
 * Stores a release in object storage under its id: the images by digest, the settings, and the balancer's
 * configuration. Objects never change and stay when the stack is destroyed; another release has another id.
 */
export class StoredRelease extends pulumi.ComponentResource {
  public readonly id: pulumi.Output<string>;

  constructor(name: string, args: StoredReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:openstack:StoredRelease", name, {}, opts);
    const { container, stack, settings, rendered, after } = args;
    const digests = COLORS.map((color) => args.pools[color]?.digest);
    const release = pulumi.all(digests).apply(([blue, green]) =>
      releaseText(stack, settings, {
        ...(blue !== undefined && { blue }),
        ...(green !== undefined && { green }),
      }),
    );
    const configuration = rendered.text.apply((text) => settings.secrets.mask(text));
    this.id = pulumi.all([release, configuration]).apply((texts) => releaseId(texts));
    const store = (file: string, content: pulumi.Output<string>, contentType: string) =>
      new openstack.objectstorage.ContainerObject(
        `${name}-${file}`,
        {
          containerName: container,
          name: pulumi.interpolate`${stack}/${this.id}/${file}`,
          content,
          contentType,
        },
        // Earlier releases are needed for going back and for later inspection.
        { parent: this, retainOnDelete: true, dependsOn: [...after] },
      );
    store("release.json", release, "application/json");
    store(rendered.name, configuration, "text/plain; charset=utf-8");
    this.registerOutputs({ id: this.id });
  }
}
