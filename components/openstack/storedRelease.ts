import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { type Color, COLORS } from "../../lib/color.ts";
import { releaseId, releaseText } from "./releaseText.ts";
import type { Settings } from "../../settings/types.ts";
import type { Balancer } from "../service/balancer.ts";
import type { ColorPool } from "../service/colorPool.ts";

export interface StoredReleaseArgs {
  /** A container in Swift that is there already. */
  readonly container: string;
  /** `<project>/<stack>`, which object names begin with. */
  readonly stack: string;
  readonly settings: Settings;
  readonly pools: Readonly<Partial<Record<Color, ColorPool>>>;
  readonly rendered: Rendered;
  /** What has to be done before: nothing of a release waits for its being stored. */
  readonly after: readonly pulumi.Resource[];
}

/** What a balancer is told. */
export interface Rendered {
  /** Of the file: `haproxy.cfg`. */
  readonly name: string;
  readonly text: pulumi.Output<string>;
}

export interface RenderedBalancer extends Balancer {
  readonly rendered: Rendered;
}

/**
 * What a release was made of, in object storage: the images by digest, the settings, and the balancer's
 * configuration, under the release's id. Objects are never changed and never deleted: another release has
 * another id, and they stay when the stack is destroyed.
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
    this.id = pulumi.all([release, rendered.text]).apply((texts) => releaseId(texts));
    const store = (file: string, content: pulumi.Output<string>, contentType: string) =>
      new openstack.objectstorage.ContainerObject(
        `${name}-${file}`,
        {
          containerName: container,
          name: pulumi.interpolate`${stack}/${this.id}/${file}`,
          content,
          contentType,
        },
        // The last release's are what one goes back to, or looks at afterwards.
        { parent: this, retainOnDelete: true, dependsOn: [...after] },
      );
    store("release.json", release, "application/json");
    store(rendered.name, rendered.text, "text/plain; charset=utf-8");
    this.registerOutputs({ id: this.id });
  }
}
