import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { EdgeWithMovableAddress } from "../cloud/edgeWithMovableAddress.ts";
import { type DropletEdgeArgs, openEdges } from "./edgeFirewalls.ts";
import { ANYWHERE } from "./stackNetwork.ts";

/**
 * Our HAProxy on one droplet, with a reserved IP. The address moves to a new droplet only once that
 * droplet has its route.
 */
export class EdgeWithReservedIp extends EdgeWithMovableAddress {
  /** For assigning the reserved IP to a project. */
  public readonly entranceUrn: pulumi.Output<string>;

  readonly #name: string;
  readonly #args: DropletEdgeArgs;
  readonly #setUrn: (urn: pulumi.Output<string>) => void;

  constructor(name: string, args: DropletEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    const formerly = { aliases: [{ type: "blue-green:digitalocean:LoneEdge" }] };
    super(
      "blue-green:digitalocean:EdgeWithReservedIp",
      name,
      args,
      pulumi.mergeOptions(opts, formerly),
    );
    this.#name = name;
    this.#args = args;
    openEdges(name, args, [{ portRange: String(args.port), sourceAddresses: ANYWHERE }], this);
    [this.entranceUrn, this.#setUrn] = pulumi.deferredOutput<string>();
    this.registerOutputs({ previewUrl: this.previewUrl });
  }

  protected makeAddress(routeSet: pulumi.Resource): pulumi.Output<string> {
    const { region, hosts } = this.#args;
    const [host] = hosts;
    if (!host) throw new pulumi.ResourceError("The edge has no host.", this);
    const reserved = new digitalocean.ReservedIp(
      `${this.#name}-ip`,
      { region, dropletId: host.machineId.apply(Number) },
      { parent: this, dependsOn: [routeSet] },
    );
    this.#setUrn(reserved.reservedIpUrn);
    return reserved.ipAddress;
  }
}
