import { expect } from "chai";
import {
  amphoraConfig,
  certificateRefs,
} from "../../../../dev/emulators/openstack/octavia/plane/amphoraConfig.ts";
import { expandedCodes } from "../../../../dev/emulators/openstack/octavia/plane/backendConfig.ts";
import type {
  Duties,
  ListenerSettings,
  MemberSettings,
  MonitorSettings,
  PlacedListener,
  PlacedPolicy,
  PlacedPool,
  PolicySettings,
  PoolSettings,
  RuleSettings,
} from "../../../../dev/emulators/openstack/octavia/plane/balancers.ts";
import { readReport } from "../../../../dev/emulators/openstack/octavia/plane/report.ts";

const COMMON = { name: "", description: "", admin_state_up: true, tags: [] };

const LISTENER: ListenerSettings = {
  ...{ ...COMMON, protocol: "HTTP", protocol_port: 80, connection_limit: -1 },
  ...{ default_pool_id: "blue", default_tls_container_ref: null, sni_container_refs: [] },
  ...{ insert_headers: {}, allowed_cidrs: null, timeout_client_data: 50000 },
  ...{ timeout_member_connect: 5000, timeout_member_data: 50000, timeout_tcp_inspect: 0 },
};

const POOL: PoolSettings = {
  ...{ ...COMMON, protocol: "HTTP", lb_algorithm: "ROUND_ROBIN", session_persistence: null },
};

const MEMBER: MemberSettings = {
  ...{ ...COMMON, address: "10.0.0.2", protocol_port: 8080, weight: 1, backup: false },
  ...{ subnet_id: null, monitor_address: null, monitor_port: null },
};

const MONITOR: MonitorSettings = {
  ...{ ...COMMON, type: "HTTP", delay: 3, timeout: 2, max_retries: 2, max_retries_down: 4 },
  ...{ http_method: "GET", url_path: "/ready", expected_codes: "200-202" },
  ...{ http_version: null, domain_name: null },
};

const POLICY: PolicySettings = {
  ...{ ...COMMON, action: "REDIRECT_TO_POOL", redirect_pool_id: "green", redirect_url: null },
  ...{ redirect_prefix: null, redirect_http_code: null },
};

const RULE: RuleSettings = {
  ...{ type: "HEADER", compare_type: "EQUAL_TO", key: "X-Canary", value: "yes please" },
  ...{ invert: false, admin_state_up: true, tags: [] },
};

const pool = (id: string, settings: Partial<PoolSettings> = {}, more = {}): PlacedPool => ({
  ...{ id, settings: { ...POOL, ...settings }, members: [], ...more },
});

const listener = (
  settings: Partial<ListenerSettings> = {},
  policies: readonly PlacedPolicy[] = [],
): PlacedListener => ({ id: "web", settings: { ...LISTENER, ...settings }, policies });

const policy = (
  id: string,
  settings: Partial<PolicySettings>,
  rules: readonly Partial<RuleSettings>[] = [{}],
): PlacedPolicy => ({
  ...{ id, settings: { ...POLICY, ...settings } },
  rules: rules.map((rule, i) => ({ id: `${id}-${i + 1}`, settings: { ...RULE, ...rule } })),
});

/** Everything after the common beginning of each configuration. */
const proxies = (duties: Partial<Duties>): string => {
  const text = amphoraConfig({ listeners: [listener()], pools: [pool("blue")], ...duties });
  return text.slice(text.indexOf("frontend web"));
};

const SERVERLESS_BLUE = `backend blue:web
  mode http
  balance roundrobin
  option allbackups
  timeout connect 5000
  timeout server 50000
`;

describe("the configuration of an emulated amphora", () => {
  it("is minimal for an amphora without listeners", () => {
    expect(amphoraConfig({ listeners: [], pools: [pool("blue")] })).to.equal(`global
  fd-hard-limit 20000
  nbthread 1
  server-state-file /run/haproxy/state
  stats socket /run/haproxy/admin.sock mode 600 level user
defaults
  retries 3
  option redispatch
  option http-keep-alive
frontend idle
  bind unix@/run/haproxy/idle.sock
  mode http
  timeout client 1s
`);
  });

  it("has a frontend for each listener, and a backend for each pool in use", () => {
    const members = [
      { id: "one", settings: MEMBER },
      { id: "two", settings: { ...MEMBER, address: "10.0.0.3", weight: 0, backup: true } },
      { id: "three", settings: { ...MEMBER, address: "10.0.0.4", admin_state_up: false } },
    ];
    const pools = [pool("blue", {}, { members, monitor: MONITOR }), pool("green")];
    expect(proxies({ pools })).to.equal(`frontend web
  bind :80
  mode http
  default_backend blue:web
  timeout client 50000

backend blue:web
  mode http
  balance roundrobin
  load-server-state-from-file global
  timeout check 2s
  option httpchk GET /ready
  http-check expect rstatus 200|201|202
  option allbackups
  timeout connect 5000
  timeout server 50000
  server one 10.0.0.2:8080 weight 1 check inter 3s fall 4 rise 2
  server two 10.0.0.3:8080 weight 0 check inter 3s fall 4 rise 2 backup
  server three 10.0.0.4:8080 weight 1 check inter 3s fall 4 rise 2 disabled
`);
  });

  it("evaluates policies in order, each by all of its rules", () => {
    const policies = [
      policy("a", {}, [{}, { type: "COOKIE", key: "c", value: "v", invert: true }]),
      policy("b", { action: "REJECT" }, [
        { type: "PATH", compare_type: "STARTS_WITH", value: "/x" },
      ]),
      policy(
        "c",
        { action: "REDIRECT_TO_URL", redirect_url: "http://e/", redirect_http_code: 302 },
        [{ type: "HOST_NAME", compare_type: "REGEX", value: "^old\\." }],
      ),
      policy("without-rule", {}, []),
      policy("switched-off", { admin_state_up: false }),
    ];
    const pools = [pool("blue"), pool("green")];
    expect(proxies({ listeners: [listener({}, policies)], pools })).to.equal(`frontend web
  bind :80
  mode http
  acl a-1 req.hdr(X-Canary) -m str yes\\ please
  acl a-2 req.cook(c) -m str v
  use_backend green:web if a-1 !a-2
  acl b-1 path -m beg /x
  http-request deny if b-1
  acl c-1 req.hdr(host) -i -m reg ^old\\\\.
  redirect code 302 location http://e/ if c-1
  default_backend blue:web
  timeout client 50000

${SERVERLESS_BLUE}
${SERVERLESS_BLUE.replace("blue", "green")}`);
  });

  it("checks the pool of a policy whose only rule is disabled, without sending requests to it", () => {
    const policies = [policy("a", {}, [{ admin_state_up: false }])];
    const pools = [pool("blue"), pool("green")];
    const text = proxies({ listeners: [listener({}, policies)], pools });
    expect(text).to.include("backend green:web\n").and.not.to.include("use_backend");
  });

  it("omits the pool of a policy without effect, and disabled parts", () => {
    const policies = [policy("a", {}, [])];
    const listeners = [
      listener({}, policies),
      { ...listener({ admin_state_up: false }), id: "no" },
    ];
    const pools = [pool("blue", { admin_state_up: false }), pool("green")];
    expect(proxies({ listeners, pools })).to.equal(`frontend web
  bind :80
  mode http
  timeout client 50000
`);
  });

  it("terminates TLS, passes the client on, and admits only allowed clients", () => {
    const tls: Partial<ListenerSettings> = {
      ...{ protocol: "TERMINATED_HTTPS", protocol_port: 443, connection_limit: 100 },
      ...{ default_tls_container_ref: "https://keys/v1/containers/a", sni_container_refs: ["b"] },
      insert_headers: { "X-Forwarded-For": "true", "X-Forwarded-Port": "true" },
      allowed_cidrs: ["10.0.0.0/8", "192.0.2.1/32"],
    };
    const headers = { ...tls.insert_headers, "X-Forwarded-Proto": "True" };
    const listeners = [listener({ ...tls, insert_headers: headers })];
    expect(certificateRefs({ listeners, pools: [] })).to.deep.equal([
      ...["https://keys/v1/containers/a", "b"],
    ]);
    expect(proxies({ listeners })).to.equal(`frontend web
  maxconn 100
  bind :443 ssl crt /edge/certificates/https_keys_v1_containers_a.pem crt /edge/certificates/b.pem alpn h2,http/1.1
  mode http
  tcp-request connection silent-drop unless { src 10.0.0.0/8 192.0.2.1/32 }
  redirect scheme https if !{ ssl_fc }
  default_backend blue:web
  timeout client 50000

backend blue:web
  mode http
  balance roundrobin
  option forwardfor
  http-request set-header X-Forwarded-Port %[dst_port]
  http-request set-header X-Forwarded-Proto https
  option allbackups
  timeout connect 5000
  timeout server 50000
`);
  });

  it("keeps a client on its member in all three supported ways", () => {
    const members = [
      { id: "one", settings: { ...MEMBER, monitor_port: 9, monitor_address: "10.1.1.1" } },
    ];
    const tcp = { ...MONITOR, type: "TCP" } as const;
    const persisting = (type: "SOURCE_IP" | "HTTP_COOKIE" | "APP_COOKIE", more = {}) =>
      proxies({
        pools: [
          pool(
            "blue",
            { session_persistence: { type, cookie_name: "JS" }, ...more },
            {
              ...{ members, monitor: tcp },
            },
          ),
        ],
      });
    expect(persisting("SOURCE_IP", { protocol: "PROXY", lb_algorithm: "SOURCE_IP" }))
      .to.include(
        "  mode http\n  balance source\n  stick-table type ipv6 size 10k\n  stick on src\n",
      )
      .and.to.include("rise 2 addr 10.1.1.1 port 9 send-proxy\n")
      .and.not.to.include("httpchk");
    expect(persisting("HTTP_COOKIE", { lb_algorithm: "LEAST_CONNECTIONS" }))
      .to.include("  balance leastconn\n  cookie SRV insert indirect nocache\n")
      .and.to.include("rise 2 addr 10.1.1.1 port 9 cookie one\n");
    expect(persisting("APP_COOKIE")).to.include(
      "  stick store-response res.cook(JS)\n  stick match req.cook(JS)\n",
    );
  });

  it("expands the expected codes of a check", () => {
    expect(["200", "200, 204", "200-202"].map(expandedCodes)).to.deep.equal([
      ...[["200"], ["200", "204"], ["200", "201", "202"]],
    ]);
  });
});

describe("the report of an emulated amphora", () => {
  it("is derived from HAProxy's statistics", () => {
    const text = `# pxname,svname,scur,stot,bin,bout,ereq,status,weight
idle,FRONTEND,0,0,0,0,0,OPEN,
web,FRONTEND,1,7,70,700,2,OPEN,
blue:web,one,0,7,0,0,,UP,3
blue:web,two,0,0,0,0,,UP,0
blue:web,three,0,0,0,0,,DOWN 1/2,1
blue:web,BACKEND,0,7,0,0,,UP,3
`;
    const { listeners, pools } = readReport(text);
    expect([...listeners]).to.deep.equal([
      [
        "web",
        {
          ...{ status: "OPEN", bytes_in: 70, bytes_out: 700, active_connections: 1 },
          ...{ total_connections: 7, request_errors: 2 },
        },
      ],
    ]);
    expect([...pools.keys()]).to.deep.equal(["blue"]);
    expect(pools.get("blue")?.status).to.equal("UP");
    expect([...(pools.get("blue")?.members ?? [])]).to.deep.equal([
      ...[
        ["one", "UP"],
        ["two", "DRAIN"],
        ["three", "DOWN 1/2"],
      ],
    ]);
  });
});
