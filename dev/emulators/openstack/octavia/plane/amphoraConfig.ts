import { certificateFile, STATE_FILE } from "../../../haproxy/masterWorker.ts";
import { backend, listenerMode } from "./backendConfig.ts";
import type { Duties, ListenerSettings, PlacedListener, PlacedPool } from "./balancers.ts";
import { l7policies } from "./policyConfig.ts";

/**
 * HAProxy's configuration as an amphora has it (octavia/common/jinja/haproxy/combined_listeners).
 * It holds only pools that a listener uses: no other pool's members are ever checked.
 */
export function amphoraConfig(duties: Duties): string {
  const listeners = duties.listeners.filter(({ settings }) => settings.admin_state_up);
  return [
    head(),
    ...listeners.flatMap((listener) => {
      const pools = usedPools(listener, duties);
      const backends = pools.map((pool) => backend(pool, listener));
      return [frontend(listener, pools), ...backends];
    }),
  ].join("\n");
}

/** References to all certificates that the listeners name. */
export function certificateRefs({ listeners }: Duties): string[] {
  return [...new Set(listeners.flatMap(({ settings }) => refsOf(settings)))];
}

/** A file's name may not hold a slash; a reference ends in the container's id. */
export function certificateId(ref: string): string {
  return ref.replace(/[^\w-]+/g, "_");
}

/** The default pool, and those of policies that are switched on and have a rule, on or off. */
function usedPools({ settings, policies }: PlacedListener, { pools }: Duties): PlacedPool[] {
  const ids = policies
    .filter((policy) => policy.settings.admin_state_up && policy.rules.length > 0)
    .map((policy) => policy.settings.redirect_pool_id);
  const all = new Set([settings.default_pool_id, ...ids]);
  return pools.filter((pool) => all.has(pool.id) && pool.settings.admin_state_up);
}

function head(): string {
  // Like an amphora, without idle-close-on-response: a reload closes idle connections, and a client
  // may be sending its next request on one of them.
  // idle: HAProxy does not run without anything to listen at.
  return `global
  fd-hard-limit 20000
  nbthread 1
  server-state-file ${STATE_FILE}
  stats socket /run/haproxy/admin.sock mode 600 level user
defaults
  retries 3
  option redispatch
  option http-keep-alive
frontend idle
  bind unix@/run/haproxy/idle.sock
  mode http
  timeout client 1s
`;
}

function frontend(listener: PlacedListener, pools: readonly PlacedPool[]): string {
  const { id, settings } = listener;
  const { connection_limit: limit, default_pool_id: pool } = settings;
  const isServed = pools.some((it) => it.id === pool);
  return `frontend ${id}
${limit > 0 ? `  maxconn ${limit}\n` : ""}\
  bind :${settings.protocol_port}${tls(settings)}
  mode ${listenerMode(settings)}
${allowed(settings)}\
${settings.protocol === "TERMINATED_HTTPS" ? "  redirect scheme https if !{ ssl_fc }\n" : ""}\
${l7policies(listener, pools)}\
${isServed ? `  default_backend ${pool}:${id}\n` : ""}\
  timeout client ${settings.timeout_client_data}
${inspect(settings)}`;
}

/** Octavia's default protocols for ALPN. */
function tls(settings: ListenerSettings): string {
  if (settings.protocol !== "TERMINATED_HTTPS") return "";
  const files = refsOf(settings).map((ref) => ` crt ${certificateFile(certificateId(ref))}`);
  return ` ssl${files.join("")} alpn h2,http/1.1`;
}

function refsOf({ default_tls_container_ref: ref, sni_container_refs: more }: ListenerSettings) {
  return [...new Set([...(ref ? [ref] : []), ...more])];
}

/** Octavia keeps others out by the security group of the VIP's port, which drops what they send. */
function allowed({ allowed_cidrs: cidrs }: ListenerSettings): string {
  if (!cidrs?.length) return "";
  return `  tcp-request connection silent-drop unless { src ${cidrs.join(" ")} }\n`;
}

function inspect({ timeout_tcp_inspect: milliseconds }: ListenerSettings): string {
  return milliseconds > 0 ? `  tcp-request inspect-delay ${milliseconds}\n` : "";
}
