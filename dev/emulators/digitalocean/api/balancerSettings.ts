import { unprocessable } from "../http/apiError.ts";
import type { BalancerSettings, ForwardingRule, HealthCheck } from "../plane/balancers.ts";

/** What a request to make or change a load balancer holds. */
export interface BalancerBody {
  readonly name?: string;
  readonly region: string;
  readonly vpc_uuid?: string;
  readonly project_id?: string;
  readonly size_unit?: number;
  readonly type?: string;
  readonly network?: string;
  readonly droplet_ids?: readonly number[];
  readonly tag?: string;
  readonly forwarding_rules: readonly ForwardingRule[];
  readonly health_check?: Partial<HealthCheck>;
  readonly sticky_sessions?: Partial<BalancerSettings["sticky_sessions"]>;
  readonly redirect_http_to_https?: boolean;
  readonly enable_proxy_protocol?: boolean;
  readonly enable_backend_keepalive?: boolean;
  readonly http_idle_timeout_seconds?: number;
  readonly firewall?: Partial<BalancerSettings["firewall"]>;
}

/** The description's defaults, except for the thresholds: its figures are swapped against the docs. */
const HEALTH_CHECK: HealthCheck = {
  ...{ protocol: "http", port: 80, path: "/", check_interval_seconds: 10 },
  ...{ response_timeout_seconds: 5, unhealthy_threshold: 3, healthy_threshold: 5 },
};

/** By the vendor's documentation: seconds between checks, to an answer, and how often. */
const HEALTH_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  check_interval_seconds: [3, 300],
  response_timeout_seconds: [3, 300],
  unhealthy_threshold: [2, 10],
  healthy_threshold: [2, 10],
};

const ENTRY_PROTOCOLS = ["http", "https", "http2"];
const TARGET_PROTOCOLS = ["http", "https"];

/** Fills in the defaults: what a request leaves out is reset. @throws ApiError 422 */
export function settingsOf(body: BalancerBody): BalancerSettings {
  refuseOtherKinds(body);
  const settings = {
    forwarding_rules: body.forwarding_rules,
    health_check: { ...HEALTH_CHECK, ...body.health_check },
    sticky_sessions: { type: "none" as const, ...body.sticky_sessions },
    redirect_http_to_https: body.redirect_http_to_https ?? false,
    enable_proxy_protocol: body.enable_proxy_protocol ?? false,
    enable_backend_keepalive: body.enable_backend_keepalive ?? false,
    http_idle_timeout_seconds: body.http_idle_timeout_seconds ?? 60,
    firewall: { allow: [], deny: [], ...body.firewall },
  };
  checkRules(settings.forwarding_rules);
  checkHealth(settings.health_check);
  checkSessions(settings);
  return settings;
}

function refuseOtherKinds({ type = "REGIONAL", network = "EXTERNAL" }: BalancerBody): void {
  if (type !== "REGIONAL" || network !== "EXTERNAL") {
    throw unprocessable(
      `Only regional external load balancers are emulated, not ${type} ${network}.`,
    );
  }
}

function checkRules(rules: readonly ForwardingRule[]): void {
  const ports = rules.map(({ entry_port }) => entry_port);
  if (new Set(ports).size < ports.length)
    throw unprocessable("forwarding rule entry ports must be unique");
  for (const rule of rules) {
    const isKnown =
      ENTRY_PROTOCOLS.includes(rule.entry_protocol) &&
      TARGET_PROTOCOLS.includes(rule.target_protocol);
    if (!isKnown || rule.tls_passthrough) {
      throw unprocessable(`${rule.entry_protocol} to ${rule.target_protocol} is not emulated.`);
    }
    if (rule.entry_protocol !== "http" && !rule.certificate_id) {
      throw unprocessable("a certificate is required for https and http2 without passthrough");
    }
  }
}

function checkHealth(check: HealthCheck): void {
  for (const [name, [least, most]] of Object.entries(HEALTH_RANGES)) {
    const value = check[name as keyof HealthCheck];
    if (Number(value) >= least && Number(value) <= most) continue;
    throw unprocessable(`health_check.${name} must be between ${least} and ${most}, not ${value}`);
  }
}

function checkSessions({ sticky_sessions: sticky, ...settings }: BalancerSettings): void {
  if (sticky.type === "cookies" && (!sticky.cookie_name || !sticky.cookie_ttl_seconds)) {
    throw unprocessable("sticky sessions by cookies need cookie_name and cookie_ttl_seconds");
  }
  const hasHttps = settings.forwarding_rules.some(({ entry_port }) => entry_port === 443);
  if (settings.redirect_http_to_https && !hasHttps) {
    throw unprocessable("redirect_http_to_https needs a forwarding rule for port 443");
  }
}
