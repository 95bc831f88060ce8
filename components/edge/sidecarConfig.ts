import type { Color } from "../../lib/color.ts";
import type { CheckedApp } from "./haproxyConfig.ts";
import { healthCheck } from "./healthCheck.ts";

export interface SidecarConfig {
  readonly color: Color;
  readonly app: CheckedApp;
  /** Of the app, on the same host. */
  readonly address: string;
  /** Empty for no header. */
  readonly colorHeader: string;
  /** Whether the balancer passes the client address by the PROXY protocol instead of X-Forwarded-For. */
  readonly proxyProtocol: boolean;
  /** How long connections of an old worker may last after a reload. */
  readonly drainSeconds: number;
}

/** A request with the first header gets a response with the second one, which names the color. */
export const PROBE_HEADER = "x-blue-green-probe";
export const PROBED_COLOR_HEADER = "x-blue-green-color";

/** Ports inside the container: requests, and the managed balancer's health checks. */
export const SIDECAR_TRAFFIC_PORT = 8080;
export const SIDECAR_HEALTH_PORT = 8082;

/**
 * The configuration of the HAProxy (2.6 and 3.0) between a managed balancer and the app of one host. It
 * names its color to probes, which lets a switch verify what the balancer really does. Health checks
 * have a separate port: a firewall that blocks it makes the balancer send no new requests, while
 * requests in flight go on.
 */
export function sidecarConfig(config: SidecarConfig): string {
  const { color, app, address, colorHeader, proxyProtocol } = config;
  const header = colorHeader ? `  http-response set-header ${colorHeader} ${color}\n` : "";
  return `global
  log stdout format raw local0
  fd-hard-limit 50000
  hard-stop-after ${Math.max(1, config.drainSeconds)}s
  stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners

defaults
  mode http
  log global
  option idle-close-on-response
  retries 3
  retry-on conn-failure
  timeout connect 2s
  timeout queue 10s
  timeout client 620s
  timeout server 620s
  timeout tunnel 1h
  timeout http-request 10s

frontend traffic
  bind :${SIDECAR_TRAFFIC_PORT}${proxyProtocol ? " accept-proxy" : ""}
  option forwardfor if-none
  http-request set-var(txn.probe) req.hdr(${PROBE_HEADER})
  http-response set-header ${PROBED_COLOR_HEADER} ${color} if { var(txn.probe) -m found }
${header}  default_backend app

frontend health
  bind :${SIDECAR_HEALTH_PORT}
  acl is_down nbsrv(app) lt 1
  monitor-uri /
  monitor fail if is_down

backend app
${healthCheck(app)}  server app ${address}:${app.port} check inter 1s fastinter 250ms downinter 250ms fall 2 rise 1
`;
}
