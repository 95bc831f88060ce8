import { COLORS, type Color, otherColor } from "../../lib/color.ts";
import {
  type AppSettings,
  DEFAULT_CANARY_HEADER,
  type NameAndValue,
  type Settings,
} from "../../settings/types.ts";
import { healthCheck, quoted } from "./healthCheck.ts";

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

/** Ports inside the container: requests, preview, and a managed balancer's health checks. */
export const EDGE_PORT = 8080;
export const EDGE_PREVIEW_PORT = 8081;
export const EDGE_HEALTH_PORT = 8082;

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
export const OPEN_REQUESTS = "open_requests";

/**
 * A key of the route's map: until when (seconds since 1970) single requests are kept for a judge, which moves it
 * with every reading. It is in memory alone. Keeping them takes a tenth more processor time (measured on 2.6).
 */
export const WATCHED_UNTIL = "watched_until";

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

/**
 * Reads the route's entry: active color, canary weight in tenths of a percent, testers. A route that is granted
 * for a limited time has its beginning, its end and another route after these, which applies outside that time.
 */
function routeLookup(): string {
  return `  http-request set-var(txn.entry) str(route),map_str(/edge/route.map,none)
  http-request set-var(txn.from) var(txn.entry),field(4,:),add(0)
  http-request set-var(txn.until) var(txn.entry),field(5,:),add(0)
  acl is_granted var(txn.until) -m found
  acl is_before date,sub(txn.from) lt 0
  acl is_after date,sub(txn.until) ge 0
  http-request set-var(txn.route) var(txn.entry)
  http-request set-var(txn.route) var(txn.entry),field(6,:,0) if is_granted is_before or is_granted is_after
  http-request set-var(txn.active) var(txn.route),field(1,:)
  http-request set-var(txn.weight) var(txn.route),field(2,:),add(0)
  http-request set-var(txn.idle) str(green) if { var(txn.active) -m str blue }
  http-request set-var(txn.idle) str(blue) if { var(txn.active) -m str green }`;
}

function publicFrontend(config: HaproxyConfig): string {
  const { canaryHeader: header, canaryCookie: cookie, behind } = config;
  return `frontend public
  bind :${EDGE_PORT}${behind?.proxyProtocol ? " accept-proxy" : ""}
  log-format "${requestLog()}"
${routeLookup()}
  acl testers_on var(txn.route),field(3,:) -m str on
  acl is_tester req.hdr(${header.name}) -m str -i ${pattern(header.value)}
${cookie ? `  acl is_tester req.cook(${cookie.name}) -m str ${pattern(cookie.value)}\n` : ""}\
  http-request set-var(txn.now) date
  http-request set-var(txn.draw) rand(${DRAWS})
  http-request set-var(txn.reached) var(txn.weight),mul(${DRAWS / 1000})
  acl is_canary var(txn.draw),sub(txn.reached) lt 0
  http-request set-var(txn.color) var(txn.active)
  http-request set-var(txn.drawn) bool(true) if is_canary
  http-request set-var(txn.color) var(txn.idle) if { var(txn.drawn) -m bool }
${COLORS.map(canaryGuard).join("")}\
  http-request set-var(txn.is_test) bool(true) if testers_on is_tester
  acl is_test var(txn.is_test) -m bool
  acl is_guarded var(txn.guarded) -m found
  acl has_route var(txn.idle) -m found
  http-request set-var-fmt(txn.note) "canary %[var(txn.guarded)] has no healthy host, served by the active color" if is_guarded
  acl is_watched str(${WATCHED_UNTIL}),map_str(/edge/route.map,0),sub(txn.now) gt 0
  http-request set-log-level silent if is_test or !is_watched
  http-request set-log-level notice if is_guarded !is_test
  http-request set-var(txn.is_listed) bool(true) if is_watched has_route !is_guarded !is_test { fe_req_rate le 1000 }
  http-request set-var(txn.is_listed) bool(true) if is_watched has_route !is_guarded !is_test { rand(10) eq 0 }
  acl is_listed var(txn.is_listed) -m bool
  http-request set-var-fmt(txn.tag) "%[var(txn.color)]:%[var(txn.active)]:%[var(txn.weight)]:%[var(txn.draw)]:%[date(0,ms)]" if is_listed
  http-request track-sc0 var(txn.tag) table ${OPEN_REQUESTS} if is_listed
  use_backend test_%[var(txn.idle)] if has_route is_test
  use_backend be_%[var(txn.color)] if has_route
  default_backend no_route
`;
}

/** Draws are whole numbers below this: so many that two users hardly ever share one. */
const DRAWS = 1_000_000_000;

/**
 * One line for each request: `notice`, for people, if a drawn canary had no healthy host; `info`, for the
 * ring alone, if it was no plain success; of these, above 300 a second, a tenth.
 */
function requestLog(): string {
  const people = "%ci %ST %[var(txn.note)]";
  return `${people} #%rt %b %ST %ts %[var(txn.active)] %[var(txn.weight)] %[var(txn.draw)] %Tw %Tc %Tr`;
}

/**
 * A user drawn for a canary without healthy hosts is served by the active color. Only these requests
 * are logged, because users would not notice that the canary is down.
 */
function canaryGuard(color: Color): string {
  const other = otherColor(color);
  return `  acl ${color}_canary_down var(txn.idle) -m str ${color}
  acl ${color}_has_no_hosts nbsrv(be_${color}) eq 0
  http-request set-var(txn.guarded) str(${color}) if { var(txn.drawn) -m bool } ${color}_canary_down ${color}_has_no_hosts
  http-request set-var(txn.color) str(${other}) if { var(txn.guarded) -m str ${color} }
`;
}

function previewFrontend(): string {
  return `frontend preview
  bind :${EDGE_PREVIEW_PORT}
  no log
${routeLookup()}
  use_backend test_%[var(txn.idle)] if { var(txn.idle) -m found }
  default_backend no_route
`;
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
  http-response set-log-level silent if is_plain_success { be_sess_rate gt 300 } { rand(10) gt 0 } !is_guarded
  http-response set-log-level silent if is_plain_success { be_sess_rate gt 3000 } { rand(10) gt 0 } !is_guarded
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

/** HAProxy would take a value that begins with a dash for a flag. */
function pattern(value: string): string {
  return value.startsWith("-") ? `-- ${quoted(value)}` : quoted(value);
}
