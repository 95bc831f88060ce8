import { expect } from "chai";
import { type HaproxyConfig, haproxyConfig } from "../../../../components/edge/haproxyConfig.ts";
import { edgeProgram } from "../../../../components/edge/installProgram.ts";

const APP = { port: 8000, healthPath: "/health", healthHost: "localhost", healthHeaders: {} };

const config: HaproxyConfig = {
  members: {
    blue: [
      { name: "blue-1", address: "172.18.0.16" },
      { name: "blue-2", address: "172.18.0.18" },
    ],
    green: [],
  },
  apps: { blue: APP, green: APP },
  colorHeader: "x-color",
  canaryHeader: { name: "x-canary", value: "true" },
  drainSeconds: 30,
};

/** The lines of one section, without its header. */
function section(text: string, head: string): string[] {
  const sections = text.split("\n\n").map((part) => part.trim().split("\n"));
  const found = sections.find(([first]) => first === head);
  if (!found) throw new Error(`no section ${head}`);
  return found.slice(1).map((line) => line.trim());
}

describe("the edge's HAProxy configuration", () => {
  const text = haproxyConfig(config);

  it("asks each color on its own port, by its own path, with the health headers", () => {
    const green = {
      ...{ port: 9000, healthPath: "/up", healthHost: "shop.example.com:8000" },
      healthHeaders: { "X-Forwarded-Proto": "https", "X-Note": "100 % sure" },
    };
    const members = { ...config.members, green: [{ name: "green-1", address: "172.18.0.17" }] };
    const lines = section(
      haproxyConfig({ ...config, members, apps: { blue: APP, green } }),
      "backend be_green",
    );
    expect(lines).to.include(
      "http-check send meth GET uri '/up' ver HTTP/1.1 hdr Host shop.example.com:8000 " +
        "hdr X-Forwarded-Proto https hdr X-Note '100 %% sure'",
    );
    expect(lines).to.include("server green-1 172.18.0.17:9000");
  });

  it("has both colors as backends, with a health check and the color's header", () => {
    expect(section(text, "backend be_blue")).to.deep.equal([
      "balance leastconn",
      "option httpchk",
      "http-check send meth GET uri '/health' ver HTTP/1.1 hdr Host localhost",
      "http-check expect status 200",
      "acl is_guarded var(txn.guarded) -m found",
      "http-response sc-inc-gpc0(0) if { var(txn.is_listed) -m bool }",
      "acl is_plain_success status 200:299",
      "acl is_watched var(txn.is_watched) -m bool",
      "http-response set-log-level silent if is_watched is_plain_success { be_sess_rate gt 300 } { rand(10) gt 0 } !is_guarded",
      "http-response set-log-level silent if is_watched is_plain_success { be_sess_rate gt 3000 } { rand(10) gt 0 } !is_guarded",
      "http-response set-header x-color blue",
      "server blue-1 172.18.0.16:8000",
      "server blue-2 172.18.0.18:8000",
    ]);
    expect(section(text, "backend be_green")).to.deep.equal([
      "balance leastconn",
      "option httpchk",
      "http-check send meth GET uri '/health' ver HTTP/1.1 hdr Host localhost",
      "http-check expect status 200",
      "acl is_guarded var(txn.guarded) -m found",
      "http-response sc-inc-gpc0(0) if { var(txn.is_listed) -m bool }",
      "acl is_plain_success status 200:299",
      "acl is_watched var(txn.is_watched) -m bool",
      "http-response set-log-level silent if is_watched is_plain_success { be_sess_rate gt 300 } { rand(10) gt 0 } !is_guarded",
      "http-response set-log-level silent if is_watched is_plain_success { be_sess_rate gt 3000 } { rand(10) gt 0 } !is_guarded",
      "http-response set-header x-color green",
    ]);
  });

  it("keeps the client's address and long connections behind a managed balancer", () => {
    const behind = haproxyConfig({ ...config, behind: { proxyProtocol: false } });
    expect(section(behind, "defaults")).to.include.members([
      "option forwardfor if-none",
      "timeout http-keep-alive 620s",
    ]);
    expect(section(text, "defaults")).to.include.members([
      "option forwardfor",
      "timeout http-keep-alive 15s",
    ]);
    const named = haproxyConfig({ ...config, behind: { proxyProtocol: true } });
    expect(section(named, "frontend public")[0]).to.equal("bind :8080 accept-proxy");
    expect(section(named, "defaults")).to.include("option forwardfor");
  });

  it("fails a managed balancer's health check while it has no route", () => {
    const behind = haproxyConfig({ ...config, behind: { proxyProtocol: false } });
    expect(section(behind, "frontend health")).to.deep.equal([
      "bind :8082",
      "no log",
      "acl has_no_route str(route),map_str(/edge/route.map,none) -m str none",
      "monitor-uri /",
      "monitor fail if has_no_route",
    ]);
    expect(text).not.to.include("frontend health");
  });

  it("reads the route for each request, and draws only where both colors have a share", () => {
    expect(section(text, "frontend public")).to.deep.equal([
      "bind :8080",
      'log-format "%ci %ST %[var(txn.note)] #%rt %b %ST %ts %[var(txn.active)] %[var(txn.weight)] %[var(txn.draw)] %Tw %Tc %Tr"',
      "http-request set-var(txn.route) str(route),map_str(/edge/route.map,none)",
      "http-request set-var(txn.until) var(txn.route),field(5,:),add(0)",
      "acl is_granted var(txn.until) -m found",
      "http-request set-var(txn.from) var(txn.route),field(4,:),add(0) if is_granted",
      "acl is_before date,sub(txn.from) lt 0",
      "acl is_after date,sub(txn.until) ge 0",
      "http-request set-var(txn.fallback) var(txn.route),field(6,:,0) if is_granted",
      "http-request set-var(txn.route) var(txn.fallback) if is_granted is_before or is_granted is_after",
      "acl blue_is_active var(txn.route) -m beg blue:",
      "acl green_is_active var(txn.route) -m beg green:",
      "http-request set-var(txn.weight) var(txn.route),field(2,:),add(0)",
      "acl testers_on var(txn.route),field(3,:) -m str on",
      "acl is_tester req.hdr(x-canary) -m str -i 'true'",
      "http-request set-var(txn.is_test) bool(true) if is_tester testers_on",
      "acl is_test var(txn.is_test) -m bool",
      "http-request set-var(txn.watched_until) str(watched_until),map_str(/edge/route.map),add(0)",
      "http-request set-var(txn.now) date",
      "http-request set-var(txn.is_watched) bool(true) if { var(txn.watched_until),sub(txn.now) gt 0 }",
      "acl is_watched var(txn.is_watched) -m bool",
      "acl is_shared var(txn.weight) -m int gt 0",
      "http-request set-var(txn.draw) rand(1000000000) if is_shared or is_watched",
      "http-request set-var(txn.reached) var(txn.weight),mul(1000000) if is_shared",
      "acl is_drawn var(txn.draw),sub(txn.reached) lt 0",
      "http-request set-var(txn.is_canary) bool(true) if is_shared is_drawn",
      "acl is_canary var(txn.is_canary) -m bool",
      "acl blue_has_no_hosts nbsrv(be_blue) eq 0",
      "http-request set-var(txn.guarded) str(blue) if is_canary green_is_active blue_has_no_hosts",
      "acl green_has_no_hosts nbsrv(be_green) eq 0",
      "http-request set-var(txn.guarded) str(green) if is_canary blue_is_active green_has_no_hosts",
      "acl is_guarded var(txn.guarded) -m found",
      "http-request set-var(txn.is_moved) bool(true) if is_canary !is_guarded",
      "acl is_moved var(txn.is_moved) -m bool",
      "http-request set-var(txn.active) var(txn.route),field(1,:) if is_watched or is_guarded",
      'http-request set-var-fmt(txn.note) "canary %[var(txn.guarded)] has no healthy host, served by the active color" if is_guarded',
      "http-request set-log-level silent if is_test or !is_watched",
      "http-request set-log-level notice if is_guarded !is_test",
      "acl has_route var(txn.route) -m beg blue: green:",
      "http-request set-var(txn.is_listed) bool(true) if is_watched has_route !is_guarded !is_test { fe_req_rate le 1000 }",
      "http-request set-var(txn.is_listed) bool(true) if is_watched has_route !is_guarded !is_test { rand(10) eq 0 }",
      "acl is_listed var(txn.is_listed) -m bool",
      "http-request set-var(txn.color) var(txn.active) if is_listed",
      "http-request set-var(txn.color) str(green) if is_listed is_moved blue_is_active",
      "http-request set-var(txn.color) str(blue) if is_listed is_moved green_is_active",
      'http-request set-var-fmt(txn.tag) "%[var(txn.color)]:%[var(txn.active)]:%[var(txn.weight)]:%[var(txn.draw)]:%[date(0,ms)]" if is_listed',
      "http-request track-sc0 var(txn.tag) table open_requests if is_listed",
      "use_backend test_green if is_test blue_is_active",
      "use_backend test_blue if is_test green_is_active",
      "use_backend be_blue if blue_is_active !is_moved",
      "use_backend be_green if green_is_active !is_moved",
      "use_backend be_green if blue_is_active",
      "use_backend be_blue if green_is_active",
      "default_backend no_route",
    ]);
  });

  it("routes the preview port to the idle color", () => {
    expect(section(text, "frontend preview").slice(-3)).to.deep.equal([
      "use_backend test_green if blue_is_active",
      "use_backend test_blue if green_is_active",
      "default_backend no_route",
    ]);
  });

  it("serves testers by backends of their own, with the same hosts and their health", () => {
    expect(section(text, "backend test_blue")).to.deep.equal([
      "balance leastconn",
      "http-response set-header x-color blue",
      "server blue-1 172.18.0.16:8000 no-check track be_blue/blue-1",
      "server blue-2 172.18.0.18:8000 no-check track be_blue/blue-2",
    ]);
  });

  it("keeps the requests of the last seconds for the judge", () => {
    expect(section(text, "ring requests")).to.deep.equal([
      "format raw",
      "maxlen 256",
      "size 524288",
    ]);
    expect(section(text, "backend open_requests")).to.deep.equal([
      "stick-table type string len 64 size 100k expire 10s store conn_cur,gpc0",
    ]);
  });

  it("supports a canary cookie and a custom header", () => {
    const named = haproxyConfig({
      ...config,
      canaryHeader: { name: "x-beta", value: "yes" },
      canaryCookie: { name: "beta", value: "1" },
    });
    expect(
      section(named, "frontend public").filter((line) => line.startsWith("acl is_tester")),
    ).to.deep.equal([
      "acl is_tester req.hdr(x-beta) -m str -i 'yes'",
      "acl is_tester req.cook(beta) -m str '1'",
    ]);
  });

  it("sets no color header when its name is empty", () => {
    expect(haproxyConfig({ ...config, colorHeader: "" })).not.to.include("set-header");
  });

  it("has one socket for reading and another for changes", () => {
    expect(section(text, "global")).to.deep.equal([
      "log stdout format raw local0 notice",
      "log ring@requests local0 info",
      "fd-hard-limit 50000",
      "hard-stop-after 30s",
      "stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners",
      "stats socket /run/haproxy/read.sock mode 666 level user",
    ]);
    expect(haproxyConfig({ ...config, drainSeconds: 0 })).to.include("hard-stop-after 1s");
  });

  it("reaches the edge as a program that a shell reproduces exactly", () => {
    const program = edgeProgram("it's\n", 7);
    expect(program).to.include("put haproxy.cfg.next 'it'\\''s\n'\n");
    expect(program).to.include("DRAIN_SECONDS=7\n");
    expect(program.trimEnd().split("\n").at(-1)).to.equal('take_configuration "${1:-}"');
  });
});
