import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedSettings, TlsSettings } from "../../settings/types.ts";
import { certifiedName, httpUrl, httpsUrl } from "../cloud/publicUrl.ts";
import { HOST_HEALTH_PORT, HOST_TRAFFIC_PORT } from "../edge/sidecar.ts";
import type { StackNetwork } from "./stackNetwork.ts";

export interface LoadBalancerArgs {
  /** In the account: `blue-green-prod`. */
  readonly name: string;
  readonly region: string;
  readonly network: StackNetwork;
  /** Its members are the droplets with this tag. */
  readonly membersTag: string;
  /** For users, without TLS. */
  readonly port: number;
  readonly tls?: TlsSettings;
  readonly options: ManagedSettings;
}

const TLS_PORT = 443;

/**
 * DigitalOcean's load balancer. Its health checks are as fast as the vendor allows: every 3 s, with a
 * threshold of two.
 */
export function loadBalancer(
  name: string,
  args: LoadBalancerArgs,
  parent: pulumi.Resource,
): digitalocean.LoadBalancer {
  const { tls, options, network } = args;
  const certificate = tls && certificateName(tls, args.name, parent);
  const target = { targetProtocol: "http", targetPort: HOST_TRAFFIC_PORT };
  return new digitalocean.LoadBalancer(
    name,
    {
      name: args.name,
      region: args.region,
      vpcUuid: network.vpcId,
      dropletTag: network.tag(args.membersTag),
      forwardingRules: [
        { entryProtocol: "http", entryPort: args.port, ...target },
        ...(certificate !== undefined
          ? [
              {
                entryProtocol: "https",
                entryPort: TLS_PORT,
                ...target,
                certificateName: certificate,
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
    },
    { parent },
  );
}

/** Uses the address, since DNS may not know the name yet. */
export function addressUrl(
  { ip }: Pick<digitalocean.LoadBalancer, "ip">,
  { tls, port }: Pick<LoadBalancerArgs, "tls" | "port">,
): pulumi.Output<string> {
  return ip.apply((address) => (tls ? httpsUrl(address, TLS_PORT) : httpUrl(address, port)));
}

/** Uses a name from the certificate; the vendor points it to the balancer. */
export function certifiedUrl(tls: TlsSettings | undefined): pulumi.Output<string> | undefined {
  const name = certifiedName(tls);
  return name === undefined ? undefined : pulumi.output(httpsUrl(name, TLS_PORT));
}

/**
 * The name of the load balancer's certificate: the one in the settings, or a new one from Let's Encrypt
 * for their domains, ready once it is verified. The vendor renews it with a new id, so refer to it by
 * name.
 *
 * Names must be unique in an account, so the provider adds a suffix. For other domains Pulumi creates a
 * new certificate first, changes the balancer in place, and deletes the old certificate last.
 *
 * @param prefix For names in the account: `blue-green-prod`.
 */
export function certificateName(
  tls: TlsSettings,
  prefix: string,
  parent: pulumi.Resource,
): pulumi.Input<string> {
  const { certificate = "", domains } = tls;
  if (!domains) return certificate;
  const made = new digitalocean.Certificate(
    `${prefix}-certificate`,
    { type: digitalocean.CertificateType.LetsEncrypt, domains: [...domains] },
    { parent },
  );
  return made.name;
}
