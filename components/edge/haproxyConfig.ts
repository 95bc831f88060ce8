import { COLORS, type Color } from "../../lib/color.ts";
import {
  type AppSettings,
  DEFAULT_CANARY_HEADER,
  type NameAndValue,
  type Settings,
} from "../../settings/types.ts";
import { EDGE_HEALTH_PORT, OPEN_REQUESTS, previewFrontend, publicFrontend } from "./frontends.ts";
import { healthCheck } from "./healthCheck.ts";

/** One host of a pool, as the balancer sees it. */
export interface Member {
  readonly name: string;
  readonly address: string;
}

/** Where a color's app listens, and how its health is checked. */
export type CheckedApp = Pick<AppSettings, "port" | "healthPath" | "healthHost" | "healthHeaders">;

export interface HaproxyConfig {
  readonly members: Readonly<Record<Color, readonly Member[]>>;
  readonly apps: Readonly<Record<Color, CheckedApp>>;
  /** Empty for no header. */
  readonly colorHeader: string;
  readonly canaryHeader: NameAndValue;
  readonly canaryCookie?: NameAndValue;
  /** How long connections of an old worker may last after a reload. */
  readonly drainSeconds: number;
  /** Set behind a managed balancer. */
  readonly behind?: {
    /** Whether it passes the client address by the PROXY protocol instead of X-Forwarded-For. */
    readonly proxyProtocol: boolean;
  };
}

/** The ports of the apps that a balancer has to reach: one, unless the colors differ. */
export function appPorts(apps: HaproxyConfig["apps"]): number[] {
  return [...new Set(COLORS.map((color) => apps[color].port))];
}

/** The part that comes from the settings; the members' addresses follow later. */
export function edgeConfig({
  apps,
  edge,
  canary,
  drainSeconds,
}: Settings): Omit<HaproxyConfig, "members"> {
  return {
    apps,
    colorHeader: edge.colorHeader,
    canaryHeader: canary?.header ?? DEFAULT_CANARY_HEADER,
    ...(canary?.cookie && { canaryCookie: canary.cookie }),
    drainSeconds,
  };
}

/** Two of a managed balancer's checks, three seconds apart, and the time it takes to act on them. */
export const CHECK_SECONDS = 15;

/**
 * The configuration of the edge's HAProxy (2.6 and 3.0). Both colors are always backends. Each request
 * looks up its color in `/edge/route.map`, so a switch needs no reload.
 */
export function haproxyConfig(config: HaproxyConfig): string {
  return [
    globalSection(config),
    requestRing(),
    defaultsSection(config),
    publicFrontend(config),
    previewFrontend(),
    ...(config.behind ? [healthFrontend()] : []),
    ...COLORS.map((color) => colorBackend(color, config)),
    ...COLORS.map((color) => testBackend(color, config)),
    openRequests(),
    noRouteBackend(),
  ].join("\n");
}

function globalSection(config: HaproxyConfig): string {
  // fd-hard-limit: HAProxy reserves memory for as many connections as its file limit allows.
  return `global
  log stdout format raw local0 notice
  log ring@${REQUEST_RING} local0 info
  fd-hard-limit 50000
  hard-stop-after ${Math.max(1, config.drainSeconds)}s
  stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners
  stats socket /run/haproxy/read.sock mode 666 level user
`;
}

/** Read by `bluegreen`, see `requestLog`. Half a megabyte holds the last 6,000 requests. */
export const REQUEST_RING = "requests";

function requestRing(): string {
  return `ring ${REQUEST_RING}
  format raw
  maxlen 256
  size 524288
`;
}

function defaultsSection({ behind }: HaproxyConfig): string {
  // downinter: a host is admitted half a second after it turns healthy, about when its up ends.
  // idle-close-on-response: a reload closes a client's idle connection only after its next response.
  // redispatch: a refused connection goes to another host.
  // A managed balancer keeps connections up to ten minutes and must be the first to close them.
  return `defaults
  mode http
  log global
  option forwardfor${forwardIfNone(behind)}
  option idle-close-on-response
  option redispatch 1
  retries 3
  retry-on conn-failure
  timeout connect 2s
  timeout queue 10s
  timeout client 75s
  timeout server 75s
  timeout tunnel 1h
  timeout http-request 10s
  timeout http-keep-alive ${behind ? "620s" : "15s"}
  default-server check inter 1s fastinter 250ms downinter 250ms fall 2 rise 2
`;
}

/** A balancer in front has set the header already, unless it uses the PROXY protocol. */
function forwardIfNone(behind: HaproxyConfig["behind"]): string {
  return behind && !behind.proxyProtocol ? " if-none" : "";
}

/** A new edge without a route must not get requests. */
function healthFrontend(): string {
  return `frontend health
  bind :${EDGE_HEALTH_PORT}
  no log
  acl has_no_route str(route),map_str(/edge/route.map,none) -m str none
  monitor-uri /
  monitor fail if has_no_route
`;
}

/** What users get. Testers have a backend of their own, so that counters tell the two apart. */
function colorBackend(color: Color, config: HaproxyConfig): string {
  return `backend be_${color}
  balance leastconn
${healthCheck(config.apps[color])}  acl is_guarded var(txn.guarded) -m found
  http-response sc-inc-gpc0(0) if { var(txn.is_listed) -m bool }
  acl is_plain_success status 200:299
  acl is_watched var(txn.is_watched) -m bool
  http-response set-log-level silent if is_watched is_plain_success { be_sess_rate gt 300 } { rand(10) gt 0 } !is_guarded
  http-response set-log-level silent if is_watched is_plain_success { be_sess_rate gt 3000 } { rand(10) gt 0 } !is_guarded
${colorHeader(color, config)}${servers(color, config, () => "")}`;
}

/** The same hosts for the header, the cookie and the preview port. Their health is the color's. */
function testBackend(color: Color, config: HaproxyConfig): string {
  const tracked = ({ name }: Member) => ` no-check track be_${color}/${name}`;
  return `backend test_${color}
  balance leastconn
${colorHeader(color, config)}${servers(color, config, tracked)}`;
}

function colorHeader(color: Color, config: HaproxyConfig): string {
  return config.colorHeader ? `  http-response set-header ${config.colorHeader} ${color}\n` : "";
}

function servers(
  color: Color,
  { members, apps }: HaproxyConfig,
  options: (member: Member) => string,
): string {
  return members[color]
    .map(
      (member) =>
        `  server ${member.name} ${member.address}:${apps[color].port}${options(member)}\n`,
    )
    .join("");
}

/**
 * The requests of the last seconds (above 1,000 a second, a tenth) by color, active color, weight, draw and
 * start: `conn_cur` is 1 as long as one is open, `gpc0` once it was answered by the app.
 */
function openRequests(): string {
  return `backend ${OPEN_REQUESTS}
  stick-table type string len 64 size 100k expire 10s store conn_cur,gpc0
`;
}

function noRouteBackend(): string {
  return `backend no_route
  http-request return status 503 content-type text/plain string "The balancer has no route yet.\\n"
`;
}
