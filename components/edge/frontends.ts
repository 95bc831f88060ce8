import { COLORS, type Color, otherColor } from "../../lib/color.ts";
import type { HaproxyConfig } from "./haproxyConfig.ts";
import { quoted } from "./healthCheck.ts";

/** Ports inside the container: requests, preview, and a managed balancer's health checks. */
export const EDGE_PORT = 8080;
export const EDGE_PREVIEW_PORT = 8081;
export const EDGE_HEALTH_PORT = 8082;

/** The table of requests that have no answer yet, see `openRequests`. */
export const OPEN_REQUESTS = "open_requests";

/**
 * The rules that each request passes. What most requests don't need is left out for them: a draw where one color
 * gets all, the times of a grant where there is none, and the names of colors, which only the log and the list of
 * open requests have. A request takes 48,400 instructions with all rules and one color live, 45,100 without grants and
 * draws (HAProxy 3.0).
 */

/**
 * A key of the route's map: until when (seconds since 1970) single requests are kept for a judge, which moves it
 * with every reading. It is in memory alone. Keeping them takes a tenth more processor time (measured on 2.6).
 */
export const WATCHED_UNTIL = "watched_until";

/**
 * Reads the route's entry: active color, canary weight in tenths of a percent, testers. A route that is granted
 * for a limited time has its beginning, its end and another route after these, which applies outside that time.
 */
function routeLookup(): string {
  return `  http-request set-var(txn.route) str(route),map_str(/edge/route.map,none)
  http-request set-var(txn.until) var(txn.route),field(5,:),add(0)
  acl is_granted var(txn.until) -m found
  http-request set-var(txn.from) var(txn.route),field(4,:),add(0) if is_granted
  acl is_before date,sub(txn.from) lt 0
  acl is_after date,sub(txn.until) ge 0
  http-request set-var(txn.fallback) var(txn.route),field(6,:,0) if is_granted
  http-request set-var(txn.route) var(txn.fallback) if is_granted is_before or is_granted is_after
${COLORS.map((color) => `  acl ${color}_is_active var(txn.route) -m beg ${color}:`).join("\n")}`;
}

export function publicFrontend(config: HaproxyConfig): string {
  const { canaryHeader: header, canaryCookie: cookie, behind } = config;
  return `frontend public
  bind :${EDGE_PORT}${behind?.proxyProtocol ? " accept-proxy" : ""}
  log-format "${requestLog()}"
${routeLookup()}
  http-request set-var(txn.weight) var(txn.route),field(2,:),add(0)
  acl testers_on var(txn.route),field(3,:) -m str on
  acl is_tester req.hdr(${header.name}) -m str -i ${pattern(header.value)}
${cookie ? `  acl is_tester req.cook(${cookie.name}) -m str ${pattern(cookie.value)}\n` : ""}\
  http-request set-var(txn.is_test) bool(true) if is_tester testers_on
  acl is_test var(txn.is_test) -m bool
${watched()}${canary()}\
  http-request set-log-level silent if is_test or !is_watched
  http-request set-log-level notice if is_guarded !is_test
${listed()}\
${COLORS.map((color) => `  use_backend test_${otherColor(color)} if is_test ${color}_is_active\n`).join("")}\
${COLORS.map((color) => `  use_backend be_${color} if ${color}_is_active !is_moved\n`).join("")}\
${COLORS.map((color) => `  use_backend be_${otherColor(color)} if ${color}_is_active\n`).join("")}\
  default_backend no_route
`;
}

/** A key that no judge has ever written is in no map. */
function watched(): string {
  return `  http-request set-var(txn.watched_until) str(${WATCHED_UNTIL}),map_str(/edge/route.map),add(0)
  http-request set-var(txn.now) date
  http-request set-var(txn.is_watched) bool(true) if { var(txn.watched_until),sub(txn.now) gt 0 }
  acl is_watched var(txn.is_watched) -m bool
`;
}

/**
 * Draws a color. What most requests don't need is left out for them: a draw where one color gets all, and the
 * names of colors, which only the log and the list of open requests have.
 */
function canary(): string {
  return `  acl is_shared var(txn.weight) -m int gt 0
  http-request set-var(txn.draw) rand(${DRAWS}) if is_shared or is_watched
  http-request set-var(txn.reached) var(txn.weight),mul(${DRAWS / 1000}) if is_shared
  acl is_drawn var(txn.draw),sub(txn.reached) lt 0
  http-request set-var(txn.is_canary) bool(true) if is_shared is_drawn
  acl is_canary var(txn.is_canary) -m bool
${COLORS.map(canaryGuard).join("")}\
  acl is_guarded var(txn.guarded) -m found
  http-request set-var(txn.is_moved) bool(true) if is_canary !is_guarded
  acl is_moved var(txn.is_moved) -m bool
  http-request set-var(txn.active) var(txn.route),field(1,:) if is_watched or is_guarded
  http-request set-var-fmt(txn.note) "canary %[var(txn.guarded)] has no healthy host, served by the active color" if is_guarded
`;
}

/** The tag of a request in `openRequests`. */
function listed(): string {
  return `  acl has_route var(txn.route) -m beg ${COLORS.map((color) => `${color}:`).join(" ")}
  http-request set-var(txn.is_listed) bool(true) if is_watched has_route !is_guarded !is_test { fe_req_rate le 1000 }
  http-request set-var(txn.is_listed) bool(true) if is_watched has_route !is_guarded !is_test { rand(10) eq 0 }
  acl is_listed var(txn.is_listed) -m bool
  http-request set-var(txn.color) var(txn.active) if is_listed
${COLORS.map((color) => `  http-request set-var(txn.color) str(${otherColor(color)}) if is_listed is_moved ${color}_is_active\n`).join("")}\
  http-request set-var-fmt(txn.tag) "%[var(txn.color)]:%[var(txn.active)]:%[var(txn.weight)]:%[var(txn.draw)]:%[date(0,ms)]" if is_listed
  http-request track-sc0 var(txn.tag) table ${OPEN_REQUESTS} if is_listed
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
  return `  acl ${color}_has_no_hosts nbsrv(be_${color}) eq 0
  http-request set-var(txn.guarded) str(${color}) if is_canary ${otherColor(color)}_is_active ${color}_has_no_hosts
`;
}

export function previewFrontend(): string {
  return `frontend preview
  bind :${EDGE_PREVIEW_PORT}
  no log
${routeLookup()}
${COLORS.map((color) => `  use_backend test_${otherColor(color)} if ${color}_is_active\n`).join("")}\
  default_backend no_route
`;
}

/** HAProxy would take a value that begins with a dash for a flag. */
function pattern(value: string): string {
  return value.startsWith("-") ? `-- ${quoted(value)}` : quoted(value);
}
