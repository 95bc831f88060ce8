import type * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import type { Host, HostCommand } from "../machine/host.ts";

/** The hosts of both colors; a color that is not deployed has none. */
export type Members = Readonly<Record<Color, readonly Host[]>>;

/** Takes user traffic. A new kind of balancer supplies nothing else. */
export interface Balancer extends pulumi.Resource {
  /** For users. */
  readonly url: pulumi.Output<string>;
  /** Shows testers the idle color. */
  readonly previewUrl: pulumi.Output<string>;
  /**
   * Sets the route and reads it back. `dependsOn` holds what must exist first: the gates of all colors
   * that the route names, and the pool of a color that is checked before it loses its traffic.
   *
   * @returns the route that the balancer reports afterwards.
   */
  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route>;
}

/** The route that the command has read back; after a success it is the wanted one. */
export function routeOf(set: HostCommand, wanted: Route): pulumi.Output<Route> {
  return set.stdout.apply((text) => parseRoute(text) ?? wanted);
}

/** A component's parent, and what must exist before it. */
export interface ChildOptions {
  readonly parent: pulumi.Resource;
  readonly dependsOn: pulumi.Resource[];
}
