import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { httpUrl } from "../cloud/publicUrl.ts";
import type { Route } from "../../lib/route.ts";
import { stepCommand } from "../../lib/step.ts";
import { type Balancer, routeOf } from "../service/balancer.ts";
import { digitalOceanEnvironment } from "./api.ts";
import { EdgeFleet } from "../edge/edgeFleet.ts";
import { HOST_HEALTH_PORT, HOST_TRAFFIC_PORT } from "../edge/sidecar.ts";
import { sshEnvironment } from "../machine/hostKeys.ts";
import { type DropletEdgeArgs, openEdges } from "./edgeFirewalls.ts";
import { addressUrl, certifiedUrl, loadBalancer } from "./loadBalancer.ts";

/**
 * Our HAProxy on several droplets, which are always the load balancer's members. A new droplet joins
 * once it has its route; a dead one leaves after two health checks.
 */
export class EdgesBehindLoadBalancer extends pulumi.ComponentResource implements Balancer {
  public readonly url: pulumi.Output<string>;
  /** The first edge, on the preview port. */
  public readonly previewUrl: pulumi.Output<string>;
  /** For assigning the load balancer to a project. */
  public readonly entranceUrn: pulumi.Output<string>;

  readonly #fleet: EdgeFleet;
  readonly #args: DropletEdgeArgs;
  readonly #name: string;
  /** The URL by address; DNS may not know the name yet. */
  readonly #address: pulumi.Output<string>;

  constructor(name: string, args: DropletEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    const formerly = { aliases: [{ type: "blue-green:digitalocean:EdgePair" }] };
    super(
      "blue-green:digitalocean:EdgesBehindLoadBalancer",
      name,
      {},
      pulumi.mergeOptions(opts, formerly),
    );
    const { hosts, config, previewPort, options } = args;
    this.#args = args;
    this.#name = name;
    const [first] = hosts;
    if (!first) throw new pulumi.ResourceError("The edge has no hosts.", this);
    this.#fleet = new EdgeFleet(
      name,
      {
        ...args,
        port: HOST_TRAFFIC_PORT,
        healthPort: HOST_HEALTH_PORT,
        preview: String(previewPort),
        config: { ...config, behind: { proxyProtocol: options.proxyProtocol } },
      },
      { parent: this, dependsOn: [...args.after] },
    );
    const balancer = loadBalancer(name, { ...args, membersTag: args.tags.edge }, this);
    const users = [HOST_TRAFFIC_PORT, HOST_HEALTH_PORT].map((port) => ({
      portRange: String(port),
      sourceLoadBalancerUids: [balancer.id],
    }));
    openEdges(name, args, users, this);
    this.#address = addressUrl(balancer, args);
    this.url = certifiedUrl(args.tls) ?? this.#address;
    this.entranceUrn = balancer.loadBalancerUrn;
    this.previewUrl = first.publicAddress.apply((address) => httpUrl(address, previewPort));
    this.registerOutputs({ url: this.url, previewUrl: this.previewUrl });
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const set = this.#fleet.setRoute(route, dependsOn);
    this.#changeEdges(set, this.#args.config.apps[route.active].healthPath);
    return routeOf(set, route);
  }

  /** Afterwards the engine deletes the droplets of leaving edges. */
  #changeEdges(routeIsSet: pulumi.Resource, healthPath: string): void {
    const { account, ssh, hosts, names, config } = this.#args;
    new command.local.Command(
      `${this.#name}-edges`,
      {
        create: stepCommand("digitalocean-edges"),
        // A `ReplaceEdgesInput`.
        stdin: pulumi.jsonStringify({
          url: this.#address.apply((url) => url + healthPath),
          stay: hosts.map(({ machineId }) => machineId.apply(Number)),
          stack: names.stack,
          container: names.edge,
          drainSeconds: config.drainSeconds,
        }),
        environment: pulumi.secret({
          ...digitalOceanEnvironment(account),
          ...sshEnvironment({ secret: ssh.secret }),
        }),
        logging: "none",
      },
      { parent: this, dependsOn: [routeIsSet] },
    );
  }
}
