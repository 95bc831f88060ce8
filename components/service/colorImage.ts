import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../machine/host.ts";
import { restarts, runHostScript } from "../machine/hostScript.ts";
import { PULL_SECONDS } from "./registryPull.ts";

export interface ColorImageArgs {
  /** For messages: `green.image`. */
  readonly setting: string;
  /** A tag, a digest or an image id. */
  readonly reference: pulumi.Input<string>;
  readonly host: Host;
  /** Set for a private registry, see `registryPull`; empty under mocks. */
  readonly pull?: pulumi.ResourceHookBinding;
  /** Run before the image is changed, see `frozenRule`. */
  readonly hooks?: pulumi.ResourceHookBinding;
}

/**
 * The image of a color or a service, resolved once: a tag keeps its digest until the setting changes, whatever
 * happens in the registry.
 */
export class ColorImage extends pulumi.ComponentResource {
  /** The image's id on the host, `sha256:…`: what containers run. */
  public readonly id: pulumi.Output<string>;
  /** The digest in its registry; the id if the image was built on the host. */
  public readonly digest: pulumi.Output<string>;

  constructor(name: string, args: ColorImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:ColorImage", name, {}, opts);
    const resolved = runHostScript(
      args.host,
      name,
      {
        script: "image.sh",
        values: {
          SETTING: args.setting,
          IMAGE: restarts(args.setting, args.reference),
          PULL_SECONDS,
          REGISTRY: "",
          REGISTRY_USER: "",
          ...(args.pull && { PULLED: "yes" }),
        },
      },
      { parent: this, hooks: inOrder(args.hooks, args.pull) },
    );
    this.id = resolved.stdout.apply((text) => text.split("\n")[0] ?? "");
    this.digest = resolved.stdout.apply((text) => text.split("\n")[1] ?? "");
    this.registerOutputs({ id: this.id, digest: this.digest });
  }
}

/** A change that is refused pulls nothing. */
function inOrder(
  first: pulumi.ResourceHookBinding = {},
  second: pulumi.ResourceHookBinding = {},
): pulumi.ResourceHookBinding {
  return {
    beforeCreate: [...(first.beforeCreate ?? []), ...(second.beforeCreate ?? [])],
    beforeUpdate: [...(first.beforeUpdate ?? []), ...(second.beforeUpdate ?? [])],
  };
}
