import * as command from "@pulumi/command";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { type Color, otherColor } from "../../lib/color.ts";
import type { StackTags } from "./tags.ts";
import type { Plan } from "../../lib/plan.ts";
import type { Route } from "../../lib/route.ts";
import type { Account } from "../../settings/types.ts";
import { stepCommand } from "../../lib/step.ts";
import { type Balancer, routeOf } from "../service/balancer.ts";
import { HOST_HEALTH_PORT, HOST_TRAFFIC_PORT } from "../edge/sidecar.ts";
import { digitalOceanEnvironment } from "./api.ts";
import type { DropletHost } from "./dropletHost.ts";
import { addressUrl, certifiedUrl, loadBalancer, type LoadBalancerArgs } from "./loadBalancer.ts";

export interface ManagedBalancerArgs extends Omit<LoadBalancerArgs, "membersTag"> {
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly tags: StackTags;
  readonly droplets: Readonly<Record<Color, readonly DropletHost[]>>;
  readonly healthPath: string;
  readonly drainSeconds: number;
  /** Clients that may reach the hosts directly. */
  readonly previewCidrs: readonly string[];
  readonly account: Account;
  readonly plan: Pick<Plan, "wanted" | "routeGeneration" | "activeGate">;
}

/**
 * DigitalOcean's load balancer. Its members are the droplets with the tag `live`: a switch moves the
 * tag and never changes the balancer itself. Health checks are as fast as the vendor allows (every 3 s,
 * threshold two), on a port that a firewall opens only on droplets with the tag `ready`.
 */
export class ManagedBalancer extends pulumi.ComponentResource implements Balancer {
  public readonly url: pulumi.Output<string>;
  /** The first host of the idle color, for clients in `previewCidrs`. */
  public readonly previewUrl: pulumi.Output<string>;
  /** For assigning it to a project. */
  public readonly entranceUrn: pulumi.Output<string>;

  readonly #args: ManagedBalancerArgs;
  readonly #name: string;
  /** The URL by address; DNS may not know the name yet. */
  readonly #address: pulumi.Output<string>;

  constructor(name: string, args: ManagedBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:digitalocean:ManagedBalancer", name, {}, opts);
    this.#args = args;
    this.#name = name;
    const balancer = loadBalancer(name, { ...args, membersTag: args.tags.live }, this);
    openHosts(name, args, balancer, this);
    this.entranceUrn = balancer.loadBalancerUrn;
    this.#address = addressUrl(balancer, args);
    this.url = certifiedUrl(args.tls) ?? this.#address;
    const [idleHost] = args.droplets[otherColor(args.plan.wanted.active)];
    this.previewUrl = pulumi.output(
      idleHost?.publicAddress.apply((address) => `http://${address}:${HOST_TRAFFIC_PORT}`) ?? "",
    );
    this.registerOutputs({ url: this.url, previewUrl: this.previewUrl });
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const { stack, droplets, healthPath, drainSeconds, plan, account } = this.#args;
    const members = droplets[route.active].map(({ machineId }) => machineId.apply(Number));
    const set = new command.local.Command(
      `${this.#name}-route`,
      {
        create: stepCommand("digitalocean-route"),
        delete: stepCommand("digitalocean-clear"),
        // A `SetRouteInput`; a preview shows what changes in it.
        stdin: pulumi.jsonStringify({
          active: route.active,
          members,
          stack,
          url: this.#address.apply((url) => url + healthPath),
          drainSeconds,
          generation: Date.parse(plan.routeGeneration),
          gate: Date.parse(plan.activeGate),
        }),
        environment: pulumi.secret(digitalOceanEnvironment(account)),
        logging: "none",
      },
      { parent: this, dependsOn: [this, ...dependsOn] },
    );
    return routeOf(set, route);
  }
}

/** Opens the hosts to requests from the balancer and testers, and `ready` ones to health checks. */
function openHosts(
  name: string,
  { name: prefix, network, tags, previewCidrs }: ManagedBalancerArgs,
  { id }: digitalocean.LoadBalancer,
  parent: pulumi.Resource,
): void {
  const fromBalancer = { protocol: "tcp", sourceLoadBalancerUids: [id] };
  const traffic = { portRange: String(HOST_TRAFFIC_PORT) };
  new digitalocean.Firewall(
    `${name}-traffic`,
    {
      name: `${prefix}-traffic`,
      tags: [network.tag(tags.stack)],
      inboundRules: [
        { ...fromBalancer, ...traffic },
        ...(previewCidrs.length > 0
          ? [{ protocol: "tcp", ...traffic, sourceAddresses: [...previewCidrs] }]
          : []),
      ],
    },
    { parent },
  );
  new digitalocean.Firewall(
    `${name}-ready`,
    {
      name: `${prefix}-ready`,
      tags: [network.tag(tags.ready)],
      inboundRules: [{ ...fromBalancer, portRange: String(HOST_HEALTH_PORT) }],
    },
    { parent },
  );
}
