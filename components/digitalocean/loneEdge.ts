import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import type { Route } from "../../lib/route.ts";
import { type Balancer, routeOf } from "../balancer.ts";
import { EdgeFleet } from "../haproxy/edgeFleet.ts";
import type { DropletHost } from "./dropletHost.ts";
import { type DropletEdgeArgs, openEdges } from "./edgeFirewalls.ts";
import { httpUrl } from "./loadBalancer.ts";
import { ANYWHERE } from "./stackNetwork.ts";

/**
 * Our HAProxy on one droplet, with a reserved IP. The address moves to a new droplet only when that
 * has its route.
 */
export class LoneEdge extends pulumi.ComponentResource implements Balancer {
  /** Known once the route is set. */
  public readonly url: pulumi.Output<string>;
  /** The droplet's own address, on a port of its own. */
  public readonly previewUrl: pulumi.Output<string>;
  /** By which projects name the reserved IP. */
  public readonly entranceUrn: pulumi.Output<string>;

  readonly #fleet: EdgeFleet;
  readonly #name: string;
  readonly #region: string;
  readonly #host: DropletHost;
  readonly #setAddress: (address: pulumi.Output<string>) => void;
  readonly #setUrn: (urn: pulumi.Output<string>) => void;

  constructor(name: string, args: DropletEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:digitalocean:LoneEdge", name, {}, opts);
    const { hosts, port, previewPort, region } = args;
    const [host] = hosts;
    if (!host) throw new pulumi.ResourceError("The edge has no host.", this);
    this.#name = name;
    this.#region = region;
    this.#host = host;
    this.#fleet = new EdgeFleet(
      name,
      { ...args, preview: String(previewPort) },
      { parent: this, dependsOn: [...args.after] },
    );
    openEdges(name, args, [{ portRange: String(port), sourceAddresses: ANYWHERE }], this);
    const [address, setAddress] = pulumi.deferredOutput<string>();
    this.#setAddress = setAddress;
    [this.entranceUrn, this.#setUrn] = pulumi.deferredOutput<string>();
    this.url = address.apply((known) => httpUrl(known, port));
    this.previewUrl = host.publicAddress.apply((known) => httpUrl(known, previewPort));
    this.registerOutputs({ previewUrl: this.previewUrl });
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const set = this.#fleet.setRoute(route, dependsOn);
    const reserved = new digitalocean.ReservedIp(
      `${this.#name}-ip`,
      { region: this.#region, dropletId: this.#host.dropletId.apply(Number) },
      { parent: this, dependsOn: [set] },
    );
    this.#setAddress(reserved.ipAddress);
    this.#setUrn(reserved.reservedIpUrn);
    return routeOf(set, route);
  }
}
