import type * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import type { Host, HostCommand } from "../machine/host.ts";

/** The hosts of both colors; a color that is not deployed has none. */
export type Members = Readonly<Record<Color, readonly Host[]>>;

/** What takes user traffic. All that a new kind of balancer has to supply. */
export interface Balancer extends pulumi.Resource {
  /** Where users come in. */
  readonly url: pulumi.Output<string>;
  /** Where testers see the idle color. */
  readonly previewUrl: pulumi.Output<string>;
  /**
   * Sets the route and reads it back. `dependsOn` holds what must be there before: the gates of all
   * colors that the route names, and the pool of a color that is looked at before its traffic leaves.
   *
   * @returns the route that the balancer reports afterwards.
   */
  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route>;
}

/** What the command that set a route has read back, which is the wanted one where it succeeded. */
export function routeOf(set: HostCommand, wanted: Route): pulumi.Output<Route> {
  return set.stdout.apply((text) => parseRoute(text) ?? wanted);
}

/** Where a component stands, and what must be there before it. */
export interface ChildOptions {
  readonly parent: pulumi.Resource;
  readonly dependsOn: pulumi.Resource[];
}
