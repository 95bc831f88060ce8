import { certificateFile, STATE_FILE } from "../../haproxy/masterWorker.ts";
import type { BalancerSettings, ForwardingRule, HealthCheck, Member } from "./balancers.ts";

/** Places for members; each is one `server` line in every backend. */
export const SLOTS = 100;

/** Members by the number of their slot, from 0. */
export type Slots = readonly (Member | undefined)[];

export interface BalancerConfig {
  readonly settings: BalancerSettings;
  readonly slots: Slots;
  /** Backends that the running HAProxy has: their members keep their state through a reload. */
  readonly known: readonly string[];
}

/**
 * HAProxy's configuration for a load balancer as the vendor describes it. What is not described is
 * taken to be as bad as it may be: nothing is tried again, and a dead member costs its requests.
 */
export function balancerConfig({ settings, slots, known }: BalancerConfig): string {
  const backends = uniqueBackends(settings).map((rule) =>
    backend(rule, settings, slots, known.includes(backendName(rule))),
  );
  return [
    head(settings),
    ...settings.forwarding_rules.map((rule) => frontend(rule, settings)),
    redirectFrontend(settings),
    ...backends,
  ].join("\n");
}

/** Names of the backends, one for each protocol and port of the members. */
export function backendNames(settings: BalancerSettings): string[] {
  return uniqueBackends(settings).map(backendName);
}

/** The port to which a backend sends. */
export function targetPort(backend: string): number {
  return Number(backend.split("_").at(-1));
}

/** The certificates that its rules name. */
export function certificateIds({ forwarding_rules: rules }: BalancerSettings): string[] {
  return [...new Set(rules.map((rule) => rule.certificate_id ?? "").filter(Boolean))];
}

function uniqueBackends({ forwarding_rules: rules }: BalancerSettings): ForwardingRule[] {
  return [...new Map(rules.map((rule) => [backendName(rule), rule])).values()];
}

function backendName({ target_protocol: protocol, target_port: port }: ForwardingRule): string {
  return `to_${protocol}_${port}`;
}

function head({ http_idle_timeout_seconds: idle }: BalancerSettings): string {
  // hard-stop-after: a reload must not cut a client that is still at work.
  // idle-close-on-response: a reload closes an idle connection with its next answer.
  return `global
  fd-hard-limit 20000
  nbthread 1
  hard-stop-after 660s
  server-state-file ${STATE_FILE}
  stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners
defaults
  mode http
  load-server-state-from-file global
  option forwardfor
  option idle-close-on-response
  retries 0
  timeout connect 5s
  timeout client ${idle}s
  timeout server ${idle}s
  timeout http-keep-alive ${idle}s
  timeout http-request ${idle}s
  timeout tunnel 1h
`;
}

function frontend(rule: ForwardingRule, settings: BalancerSettings): string {
  const { entry_protocol: protocol, entry_port: port } = rule;
  const isTls = protocol !== "http";
  const alpn = protocol === "http2" ? "h2,http/1.1" : "http/1.1";
  const file = certificateFile(rule.certificate_id ?? "");
  const tls = isTls ? ` ssl crt ${file} alpn ${alpn}` : "";
  const isRedirect = settings.redirect_http_to_https && port === 80;
  return `frontend on_${port}
  bind :${port}${tls}
${firewall(settings)}\
${isRedirect ? "  http-request redirect scheme https code 307\n" : ""}\
  http-request set-header X-Forwarded-Proto ${isTls ? "https" : "http"}
  http-request set-header X-Forwarded-Port ${port}
  default_backend ${backendName(rule)}
`;
}

function redirectFrontend(settings: BalancerSettings): string {
  const isCovered = settings.forwarding_rules.some(({ entry_port }) => entry_port === 80);
  if (!settings.redirect_http_to_https || isCovered) return "";
  return `frontend on_80
  bind :80
${firewall(settings)}  http-request redirect scheme https code 307
`;
}

/** Rules read `ip:192.0.2.1` or `cidr:192.0.2.0/24`; with an allow list, all others are refused. */
function firewall({ firewall: { allow, deny } }: BalancerSettings): string {
  const addresses = (rules: readonly string[]) =>
    rules.map((rule) => rule.replace(/^\w+:/, "")).join(" ");
  const denied =
    deny.length > 0 ? `  tcp-request connection reject if { src ${addresses(deny)} }\n` : "";
  const others = `  tcp-request connection reject unless { src ${addresses(allow)} }\n`;
  return denied + (allow.length > 0 ? others : "");
}

function backend(
  rule: ForwardingRule,
  settings: BalancerSettings,
  slots: Slots,
  isKnown: boolean,
): string {
  const { health_check: check, sticky_sessions: sticky } = settings;
  const isSticky = sticky.type === "cookies";
  const cookie = `  cookie ${sticky.cookie_name} insert indirect nocache maxlife ${sticky.cookie_ttl_seconds}s\n`;
  return `backend ${backendName(rule)}
  balance roundrobin
${settings.enable_backend_keepalive ? "" : "  option http-server-close\n"}\
${isSticky ? cookie : ""}\
${checkRequest(check)}\
  timeout check ${check.response_timeout_seconds}s
  default-server ${serverOptions(rule, settings)}
${Array.from({ length: SLOTS }, (_, i) => serverLine(i, rule, slots[i], isKnown, isSticky)).join("")}`;
}

function checkRequest({ protocol, path }: HealthCheck): string {
  return protocol === "tcp" ? "" : `  option httpchk GET ${path}\n`;
}

function serverOptions(rule: ForwardingRule, settings: BalancerSettings): string {
  const { health_check: check, enable_proxy_protocol: proxy } = settings;
  const { check_interval_seconds: interval, healthy_threshold, unhealthy_threshold } = check;
  // A check of the traffic's own port speaks as the traffic does; undocumented for other ports.
  const checkProxy = proxy && check.port === rule.target_port ? " check-send-proxy" : "";
  return (
    `check port ${check.port} inter ${interval}s rise ${healthy_threshold} ` +
    `fall ${unhealthy_threshold}` +
    (rule.target_protocol === "https" ? " ssl verify none" : "") +
    (check.protocol === "https"
      ? " check-ssl"
      : rule.target_protocol === "https"
        ? " no-check-ssl"
        : "") +
    (proxy ? " send-proxy" : "") +
    checkProxy
  );
}

/** Without a state to keep, a member is let in by the runtime socket, where it begins as down. */
function serverLine(
  slot: number,
  { target_port: port }: ForwardingRule,
  member: Member | undefined,
  isKnown: boolean,
  isSticky: boolean,
): string {
  const cookie = isSticky ? ` cookie ${slotName(slot)}` : "";
  const state = member && isKnown ? "" : " disabled";
  return `  server ${slotName(slot)} ${member?.address ?? "0.0.0.0"}:${port}${cookie}${state}\n`;
}

export function slotName(slot: number): string {
  return `m${slot}`;
}
