import * as pulumi from "@pulumi/pulumi";
import { httpUrl } from "./publicUrl.ts";
import type { Route } from "../../lib/route.ts";
import { type Balancer, routeOf } from "../service/balancer.ts";
import { EdgeFleet, type EdgeFleetArgs } from "../edge/edgeFleet.ts";

export interface EdgeWithMovableAddressArgs extends Omit<EdgeFleetArgs, "preview" | "healthPort"> {
  /** Leads to the idle color. */
  readonly previewPort: number;
  /** Must exist before the edges get their members. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Our HAProxy on hosts in a cloud, behind a movable address. The address points to a host only once
 * that host has its route.
 */
export abstract class EdgeWithMovableAddress extends pulumi.ComponentResource implements Balancer {
  /** Known once the route is set. */
  public readonly url: pulumi.Output<string>;
  /** The first edge's own address, on the preview port. */
  public readonly previewUrl: pulumi.Output<string>;

  readonly #fleet: EdgeFleet;
  readonly #setAddress: (address: pulumi.Output<string>) => void;

  constructor(
    type: string,
    name: string,
    args: EdgeWithMovableAddressArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    const { hosts, port, previewPort, after } = args;
    const [first] = hosts;
    if (!first) throw new pulumi.ResourceError("The edge has no hosts.", this);
    this.#fleet = new EdgeFleet(
      name,
      { ...args, preview: String(previewPort) },
      { parent: this, dependsOn: [...after] },
    );
    const [address, setAddress] = pulumi.deferredOutput<string>();
    this.#setAddress = setAddress;
    this.url = address.apply((known) => httpUrl(known, port));
    this.previewUrl = first.publicAddress.apply((known) => httpUrl(known, previewPort));
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const set = this.#fleet.setRoute(route, dependsOn);
    this.#setAddress(this.makeAddress(set));
    return routeOf(set, route);
  }

  /** Creates or moves the public address. @param routeSet The route, set on all edges. */
  protected abstract makeAddress(routeSet: pulumi.Resource): pulumi.Output<string>;
}
