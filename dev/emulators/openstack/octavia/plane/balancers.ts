import type { Labels } from "../../../labels.ts";
import type { Attachment } from "../../../networks/networks.ts";
import type { Report } from "./report.ts";

/** Settings are in the API's words, with every default filled in. */
interface Common {
  readonly name: string;
  readonly admin_state_up: boolean;
  readonly tags: readonly string[];
}

export interface ListenerSettings extends Common {
  readonly description: string;
  readonly protocol: "HTTP" | "TERMINATED_HTTPS" | "TCP" | "HTTPS";
  readonly protocol_port: number;
  /** -1 for no limit. */
  readonly connection_limit: number;
  readonly default_pool_id: string | null;
  readonly default_tls_container_ref: string | null;
  readonly sni_container_refs: readonly string[];
  /** Values are `true` or `false`, as text. */
  readonly insert_headers: Readonly<Record<string, string>>;
  readonly allowed_cidrs: readonly string[] | null;
  /** Milliseconds, as all timeouts. */
  readonly timeout_client_data: number;
  readonly timeout_member_connect: number;
  readonly timeout_member_data: number;
  readonly timeout_tcp_inspect: number;
}

export interface Persistence {
  readonly type: "SOURCE_IP" | "HTTP_COOKIE" | "APP_COOKIE";
  readonly cookie_name?: string | null;
}

export interface PoolSettings extends Common {
  readonly description: string;
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "PROXY" | "PROXYV2";
  readonly lb_algorithm: "ROUND_ROBIN" | "LEAST_CONNECTIONS" | "SOURCE_IP";
  readonly session_persistence: Persistence | null;
}

export interface MemberSettings extends Common {
  readonly address: string;
  readonly protocol_port: number;
  /** 0 to 256; 0 takes no new clients. */
  readonly weight: number;
  readonly backup: boolean;
  readonly subnet_id: string | null;
  readonly monitor_address: string | null;
  readonly monitor_port: number | null;
}

export interface MonitorSettings extends Common {
  readonly type: "HTTP" | "HTTPS" | "TCP";
  /** Seconds, as `timeout`. */
  readonly delay: number;
  readonly timeout: number;
  /** Checks that have to pass before a member takes traffic. */
  readonly max_retries: number;
  readonly max_retries_down: number;
  readonly http_method: string | null;
  readonly url_path: string | null;
  /** Such as `200`, `200,204` or `200-204`. */
  readonly expected_codes: string | null;
  readonly http_version: number | null;
  readonly domain_name: string | null;
}

export interface PolicySettings extends Common {
  readonly description: string;
  readonly action: "REDIRECT_TO_POOL" | "REDIRECT_TO_URL" | "REDIRECT_PREFIX" | "REJECT";
  readonly redirect_pool_id: string | null;
  readonly redirect_url: string | null;
  readonly redirect_prefix: string | null;
  readonly redirect_http_code: number | null;
}

export interface RuleSettings {
  readonly type: "HEADER" | "COOKIE" | "PATH" | "HOST_NAME" | "FILE_TYPE";
  readonly compare_type: "EQUAL_TO" | "STARTS_WITH" | "ENDS_WITH" | "CONTAINS" | "REGEX";
  readonly key: string | null;
  readonly value: string;
  readonly invert: boolean;
  readonly admin_state_up: boolean;
  readonly tags: readonly string[];
}

interface Of<Settings> {
  readonly id: string;
  readonly settings: Settings;
}

export interface PlacedPolicy extends Of<PolicySettings> {
  readonly rules: readonly Of<RuleSettings>[];
}

export interface PlacedListener extends Of<ListenerSettings> {
  /** In the order of their positions. */
  readonly policies: readonly PlacedPolicy[];
}

export type PlacedMember = Of<MemberSettings>;

export interface PlacedPool extends Of<PoolSettings> {
  readonly members: readonly PlacedMember[];
  readonly monitor?: MonitorSettings;
}

/** All that a load balancer is told to do. */
export interface Duties {
  /** None where the load balancer is switched off. */
  readonly listeners: readonly PlacedListener[];
  readonly pools: readonly PlacedPool[];
}

export interface BalancerOrder {
  readonly id: string;
  readonly vip: Attachment;
  readonly labels: Labels;
}

/** A load balancer that runs. */
export interface RunningBalancer {
  /** @param certificates Key and certificates as PEM, by reference */
  apply(duties: Duties, certificates: ReadonlyMap<string, string>): Promise<void>;
  /** What it says of itself now. */
  report(): Promise<Report>;
  /** Makes it answer at another address too, such as a floating one. */
  publish(at: Attachment): Promise<void>;
  withdraw(network: string): Promise<void>;
  remove(): Promise<void>;
}

/** What makes the load balancers. */
export interface Balancers {
  create(order: BalancerOrder): Promise<RunningBalancer>;
}
