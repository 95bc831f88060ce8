import type { Network } from "../../networks/networks.ts";

export interface ForwardingRule {
  readonly entry_protocol: string;
  readonly entry_port: number;
  readonly target_protocol: string;
  readonly target_port: number;
  readonly certificate_id?: string;
  readonly tls_passthrough?: boolean;
}

export interface HealthCheck {
  readonly protocol: "http" | "https" | "tcp";
  readonly port: number;
  readonly path: string;
  readonly check_interval_seconds: number;
  readonly response_timeout_seconds: number;
  readonly unhealthy_threshold: number;
  readonly healthy_threshold: number;
}

/** What a load balancer is told to do, in the API's words, with every default filled in. */
export interface BalancerSettings {
  readonly forwarding_rules: readonly ForwardingRule[];
  readonly health_check: HealthCheck;
  readonly sticky_sessions: {
    readonly type: "cookies" | "none";
    readonly cookie_name?: string;
    readonly cookie_ttl_seconds?: number;
  };
  readonly redirect_http_to_https: boolean;
  readonly enable_proxy_protocol: boolean;
  readonly enable_backend_keepalive: boolean;
  readonly http_idle_timeout_seconds: number;
  readonly firewall: { readonly allow: readonly string[]; readonly deny: readonly string[] };
}

/** A droplet behind a load balancer. */
export interface Member {
  readonly dropletId: number;
  readonly address: string;
}

export interface BalancerOrder {
  readonly id: string;
  /** Key and certificates as PEM, by the id that a forwarding rule names. */
  readonly certificate: (this: void, id: string) => string;
  readonly public: { readonly network: Network; readonly address: string };
  readonly private: { readonly network: Network; readonly address: string };
  readonly settings: BalancerSettings;
  readonly labels: Readonly<Record<string, string>>;
}

/** A load balancer that runs. */
export interface RunningBalancer {
  /** Brings settings and members into force at once; who left is cut off. */
  apply(settings: BalancerSettings, members: readonly Member[]): Promise<void>;
  /** Ids of the members that get new requests now. */
  healthy(): Promise<number[]>;
  remove(): Promise<void>;
}

/** What makes the load balancers. */
export interface Balancers {
  create(order: BalancerOrder): Promise<RunningBalancer>;
}
