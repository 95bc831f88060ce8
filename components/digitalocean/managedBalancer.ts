import * as command from "@pulumi/command";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { type Color, otherColor } from "../../lib/color.ts";
import type { StackTags } from "../../lib/digitalocean/tags.ts";
import type { Plan } from "../../lib/plan.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import type { Account, ManagedSettings, TlsSettings } from "../../lib/settings/types.ts";
import type { Balancer } from "../balancer.ts";
import { HOST_HEALTH_PORT, HOST_TRAFFIC_PORT } from "../haproxy/sidecar.ts";
import { accountEnvironment } from "./account.ts";
import type { DropletHost } from "./dropletHost.ts";
import type { StackNetwork } from "./stackNetwork.ts";

export interface ManagedBalancerArgs {
  /** In the account: `blue-green-prod`. */
  readonly name: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly region: string;
  readonly network: StackNetwork;
  readonly tags: StackTags;
  readonly droplets: Readonly<Record<Color, readonly DropletHost[]>>;
  /** Where users come in, without TLS. */
  readonly port: number;
  readonly tls?: TlsSettings;
  readonly options: ManagedSettings;
  readonly healthPath: string;
  readonly drainSeconds: number;
  /** From where the hosts can be asked directly. */
  readonly previewCidrs: readonly string[];
  readonly account: Account;
  readonly plan: Pick<Plan, "wanted" | "revision" | "activeGate">;
}

const TLS_PORT = 443;

/**
 * DigitalOcean's load balancer. Its members are the droplets with the tag `live`, as many as there
 * are: a switch moves the tag, and never changes the balancer itself. Health checks are as fast as
 * the vendor allows (every 3 s, two of them), on a port that a firewall opens for droplets with the
 * tag `ready` only.
 */
export class ManagedBalancer extends pulumi.ComponentResource implements Balancer {
  public readonly url: pulumi.Output<string>;
  /** The first host of the idle color, for those of `previewCidrs`. */
  public readonly previewUrl: pulumi.Output<string>;
  /** By which projects name it. */
  public readonly loadBalancerUrn: pulumi.Output<string>;

  readonly #args: ManagedBalancerArgs;
  readonly #name: string;

  constructor(name: string, args: ManagedBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:digitalocean:ManagedBalancer", name, {}, opts);
    this.#args = args;
    this.#name = name;
    const balancer = new digitalocean.LoadBalancer(name, loadBalancerArgs(args), { parent: this });
    openHosts(name, args, balancer, this);
    this.loadBalancerUrn = balancer.loadBalancerUrn;
    this.url = balancer.ip.apply((ip) => publicUrl(ip, args));
    const [idleHost] = args.droplets[otherColor(args.plan.wanted.active)];
    this.previewUrl = pulumi.output(
      idleHost?.publicAddress.apply((address) => `http://${address}:${HOST_TRAFFIC_PORT}`) ?? "",
    );
    this.registerOutputs({ url: this.url, previewUrl: this.previewUrl });
  }

  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): pulumi.Output<Route> {
    const { stack, droplets, healthPath, drainSeconds, plan, account } = this.#args;
    const members = droplets[route.active].map(({ dropletId }) => dropletId.apply(Number));
    const set = new command.local.Command(
      `${this.#name}-route`,
      {
        create: "exec node --import tsx components/digitalocean/setRoute.ts",
        delete: "exec node --import tsx components/digitalocean/clearRoute.ts",
        // A `SetRouteInput`; a preview shows what of it changes.
        stdin: pulumi.jsonStringify({
          active: route.active,
          members,
          stack,
          url: this.url.apply((url) => url + healthPath),
          drainSeconds,
          revision: Date.parse(plan.revision),
          gate: Date.parse(plan.activeGate),
        }),
        environment: pulumi.secret(accountEnvironment(account)),
        logging: "none",
      },
      { parent: this, dependsOn: [this, ...dependsOn] },
    );
    return set.stdout.apply((text) => parseRoute(text) ?? route);
  }
}

function loadBalancerArgs(args: ManagedBalancerArgs): digitalocean.LoadBalancerArgs {
  const { tls, options, network, tags } = args;
  const target = { targetProtocol: "http", targetPort: HOST_TRAFFIC_PORT };
  return {
    name: args.name,
    region: args.region,
    vpcUuid: network.vpcId,
    dropletTag: network.tag(tags.live),
    forwardingRules: [
      { entryProtocol: "http", entryPort: args.port, ...target },
      ...(tls
        ? [
            {
              entryProtocol: "https",
              entryPort: TLS_PORT,
              ...target,
              certificateName: tls.certificate,
            },
          ]
        : []),
    ],
    redirectHttpToHttps: tls?.redirect ?? false,
    healthcheck: {
      protocol: "http",
      port: HOST_HEALTH_PORT,
      path: "/",
      checkIntervalSeconds: 3,
      responseTimeoutSeconds: 3,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
    enableProxyProtocol: options.proxyProtocol,
    httpIdleTimeoutSeconds: options.idleTimeoutSeconds,
    ...(options.stickySeconds > 0 && {
      stickySessions: {
        type: "cookies",
        cookieName: "blue-green",
        cookieTtlSeconds: options.stickySeconds,
      },
    }),
  };
}

/** Requests come from the balancer and from testers; questions after the health only where `ready`. */
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

function publicUrl(ip: string, { tls, port }: ManagedBalancerArgs): string {
  if (tls) return `https://${ip}`;
  return port === 80 ? `http://${ip}` : `http://${ip}:${port}`;
}
