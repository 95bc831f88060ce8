import type { Color } from "../lib/color.ts";
import type { ReleaseSettings } from "./release.ts";

export type Target = "local" | "digitalocean" | "ovh";

/** What all containers of the app have in common. */
export interface AppSettings {
  /** The port on which the app listens inside its container. */
  readonly port: number;
  /** The URL path whose answer 200 means healthy. */
  readonly healthPath: string;
  readonly env: Readonly<Record<string, string>>;
  /** `uid:gid` to run as; empty for the image's own user, or 65534:65534 where that is root. */
  readonly user: string;
  /** Limits of each container: memory in MiB, CPUs, number of processes and threads. */
  readonly memoryMb: number;
  readonly cpus: number;
  readonly pids: number;
  /** Seconds between SIGTERM and SIGKILL: time for requests in flight. */
  readonly stopSeconds: number;
}

export interface PoolSettings {
  readonly image: string;
  /** Hosts; containers where the target is `local`. */
  readonly count: number;
  /** For this color only; goes before `app.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Of each host, as the cloud calls it; the target's own default where it is left out. */
  readonly size?: string;
  /** Whether the config holds a secret here, so that the environment is kept secret as well. */
  readonly isSecret: boolean;
}

/** One question of a gate. */
export interface SmokeCheck {
  readonly path: string;
  readonly status: number;
  /** Text that the body must contain; empty for any body. */
  readonly contains: string;
  /** Sent with the request. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HealthSettings {
  /** How long a gate, and a container's own HEALTHCHECK, may take until it passes. */
  readonly timeoutSeconds: number;
  /** How long a gate waits after an answer that was not right. */
  readonly intervalSeconds: number;
}

export interface NameAndValue {
  readonly name: string;
  readonly value: string;
}

export interface CanarySettings {
  /** Percent, 0 to 100, one decimal. */
  readonly weight: number;
  readonly header: NameAndValue;
  readonly cookie?: NameAndValue;
}

/** Configured on the edge always, so that a first canary with it needs no reload. */
export const DEFAULT_CANARY_HEADER: NameAndValue = { name: "x-canary", value: "true" };

/** Debian 12's and Debian 13's. */
export const HAPROXY_VERSIONS = ["2.6", "3.0"] as const;
export type HaproxyVersion = (typeof HAPROXY_VERSIONS)[number];

export interface EdgeSettings {
  /** Where users come in. */
  readonly port: number;
  /** Always leads to the idle color; from this machine, or from `preview.allowedCidrs` in a cloud. */
  readonly previewPort: number;
  /** The response header that names the color which served; empty for none. */
  readonly colorHeader: string;
  /** In a cloud: how many machines run the edge, 1 or 2, and of which size. */
  readonly hosts: number;
  readonly size?: string;
  /** Of what we run ourselves, a host's sidecar too; see `haproxyVersion` for where it is left out. */
  readonly haproxy?: HaproxyVersion;
}

/** How the hosts in a cloud are reached by SSH. */
export interface SshSettings {
  /** All keys are derived from it. */
  readonly secret: string;
  /** Still known by the hosts until the next `up` has ended. */
  readonly previousSecret?: string;
  /** From where SSH is allowed; must hold the machine that runs `pulumi up`. */
  readonly allowedCidrs: readonly string[];
  /** People who may log in too; lines of `authorized_keys`. */
  readonly authorizedKeys: readonly string[];
}

/** The private registry that the app's images come from. */
export interface RegistrySettings {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** One of them: a certificate that is there, domains for which one is asked, or a secret. */
export interface TlsSettings {
  /** The name of a certificate that is in the account. */
  readonly certificate?: string;
  /**
   * At DigitalOcean, those for which one of Let's Encrypt is made; the account's DNS manages them. In an
   * OpenStack cloud, those that the secret is for: HTTP is redirected to the first.
   */
  readonly domains?: readonly string[];
  /** In an OpenStack cloud: where its key manager (Barbican) keeps certificate and key; a URL. */
  readonly secretRef?: string;
  /** Whether HTTP is redirected to HTTPS; Octavia closes it where it is not. */
  readonly redirect: boolean;
}

/** What a managed balancer can do besides. */
export interface ManagedSettings {
  /** How long a cookie keeps a client on its host; 0 for no cookie. */
  readonly stickySeconds: number;
  /** Whether hosts are told the client's address by the PROXY protocol. */
  readonly proxyProtocol: boolean;
  /** After which an idle connection to a host is closed. */
  readonly idleTimeoutSeconds: number;
}

/** An account at a cloud, and what opens it. */
export interface Account {
  readonly token: string;
  /** Of the API, without a path. */
  readonly url: string;
}

export interface DigitalOceanSettings {
  readonly account: Account;
  readonly region: string;
  /** Of a droplet where its color says nothing else. */
  readonly size: string;
  readonly image: string;
  /** A project in the account that the resources are listed under; made where it is not there. */
  readonly project?: string;
}

/**
 * A project in an OpenStack cloud, and what opens it: a user with a password and the project by id or
 * name, or an application credential. The names are those of the provider's own arguments, so that a
 * provider can be made of it; one that is made of the shell's environment could work elsewhere.
 */
export interface OpenStackAccount {
  /** Keystone's, with its version: `https://auth.cloud.ovh.net/v3`. */
  readonly authUrl: string;
  /** As the catalog calls it: `GRA11`. */
  readonly region: string;
  readonly userName?: string;
  readonly userId?: string;
  readonly password?: string;
  readonly tenantId?: string;
  readonly tenantName?: string;
  readonly userDomainId?: string;
  readonly userDomainName?: string;
  readonly projectDomainId?: string;
  readonly projectDomainName?: string;
  readonly applicationCredentialId?: string;
  /** Instead of its id; unique for its user only. */
  readonly applicationCredentialName?: string;
  readonly applicationCredentialSecret?: string;
}

/** How Octavia keeps a client on one host: by the client's address, or by a cookie of its own. */
export type Persistence = "sourceIp" | "cookie";

export interface OvhSettings {
  readonly account: OpenStackAccount;
  /** The same as the account's. */
  readonly region: string;
  /** Of an instance where its color says nothing else; by name. */
  readonly flavor: string;
  /** By name. */
  readonly image: string;
  /** The network by which the cloud reaches the internet; by name. */
  readonly externalNetwork: string;
  /** Of the stack's private network: `10.20.0.0/16`. */
  readonly networkCidr: string;
  /** Of Octavia's balancer, by name; the cloud's own default where it is left out. */
  readonly loadBalancerFlavor?: string;
  readonly persistence?: Persistence;
  /** In object storage (Swift): where what each release is made of is stored; nowhere if left out. */
  readonly artifactContainer?: string;
}

/** All that a stack's config says, checked and with its defaults. */
export interface Settings {
  readonly target: Target;
  readonly activeColor: Color;
  /** The active color is always there; the other one may not be deployed yet. */
  readonly pools: Readonly<Partial<Record<Color, PoolSettings>>>;
  readonly app: AppSettings;
  /** Whether `app` holds a secret. */
  readonly appIsSecret: boolean;
  readonly smoke: readonly SmokeCheck[];
  readonly health: HealthSettings;
  readonly canary?: CanarySettings;
  readonly drainSeconds: number;
  readonly edge: EdgeSettings;
  readonly balancer: "managed" | "edge";
  readonly managed: ManagedSettings;
  readonly tls?: TlsSettings;
  /** From where the idle color can be seen; in a cloud only. */
  readonly preview: { readonly allowedCidrs: readonly string[] };
  /** There where `target` says so. */
  readonly digitalocean?: DigitalOceanSettings;
  readonly ovh?: OvhSettings;
  readonly ssh?: SshSettings;
  readonly registry?: RegistrySettings;
  readonly release: ReleaseSettings;
  /** Lets an `up` change a color that takes traffic. */
  readonly allowLiveChange: boolean;
}
