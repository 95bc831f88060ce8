import { expect } from "chai";
import type { View } from "../../../helpers/octaviaClient.ts";
import { OctaviaAccount } from "./octaviaAccount.ts";

const NO_ID = "11111111-1111-4111-8111-111111111111";
const PEMS = new Map([["https://keys/v1/containers/a", "a key and a certificate"]]);

describe("the parts of an emulated load balancer", () => {
  let account: OctaviaAccount;
  let balancer: View;

  beforeEach(async () => {
    account = new OctaviaAccount({ certificate: (ref) => PEMS.get(ref) });
    balancer = await account.balancer();
  });

  afterEach(() => account.close());

  it("have Octavia's defaults", async () => {
    const pool = await account.pool(balancer);
    expect(await account.listener(balancer, { default_pool_id: pool.id })).to.deep.include({
      ...{ connection_limit: -1, timeout_client_data: 50000, timeout_member_connect: 5000 },
      ...{ admin_state_up: true, allowed_cidrs: null, insert_headers: {}, name: "" },
      ...{ loadbalancers: [{ id: balancer.id }], l7policies: [], default_pool_id: pool.id },
    });
    expect(await account.member(balancer, pool)).to.include({
      ...{ weight: 1, backup: false, operating_status: "NO_MONITOR", monitor_port: null },
    });
    expect(await account.monitor(balancer, pool)).to.deep.include({
      ...{ http_method: "GET", url_path: "/", expected_codes: "200", max_retries_down: 3 },
      pools: [{ id: pool.id }],
    });
    const later = { address: "10.0.0.3" };
    expect(await account.member(balancer, pool, later)).to.include({ operating_status: "OFFLINE" });
  });

  it("reset a value to its default with null, and reject unknown values", async () => {
    const pool = await account.pool(balancer);
    const member = await account.member(balancer, pool, { weight: 7 });
    const path = `pools/${pool.id}/members/${member.id}`;
    await account.change(balancer, "PUT", path, { member: { weight: null, name: "one" } });
    expect(await account.get(path)).to.include({ weight: 1, name: "one" });
    const refusal = (change: object) => account.refusal(400, "PUT", path, { member: change });
    expect(await refusal({ weight: 257 })).to.equal(
      "Invalid input for field/attribute weight. Value: '257'. Value must be <= 256",
    );
    expect(await refusal({ address: "10.0.0.9" })).to.equal("Unknown attribute:\naddress");
    expect(await account.refusal(400, "POST", "pools", { pool: { protocol: "HTTP" } })).to.include(
      "attribute lb_algorithm. Value: 'undefined'. Mandatory field missing.",
    );
  });

  it("require an existing load balancer, pool or subnet", async () => {
    const listener = { protocol: "HTTP", protocol_port: 80, loadbalancer_id: NO_ID };
    expect(await account.refusal(404, "POST", "listeners", { listener })).to.equal(
      `Load Balancer ${NO_ID} not found.`,
    );
    const pool = await account.pool(balancer);
    const member = { address: "10.0.0.2", protocol_port: 80, subnet_id: NO_ID };
    expect(await account.refusal(404, "POST", `pools/${pool.id}/members`, { member })).to.equal(
      `Subnet ${NO_ID} not found.`,
    );
    const other = await account.balancer();
    const foreign = { ...listener, loadbalancer_id: other.id, default_pool_id: pool.id };
    expect(await account.refusal(404, "POST", "listeners", { listener: foreign })).to.equal(
      `Pool ${pool.id} not found.`,
    );
  });

  it("share no port and no address, and must match by protocol", async () => {
    const pool = await account.pool(balancer, { protocol: "TCP" });
    await account.listener(balancer);
    const listener = { protocol: "HTTP", protocol_port: 80, loadbalancer_id: balancer.id };
    expect(await account.refusal(409, "POST", "listeners", { listener })).to.include(
      "already using protocol HTTP and protocol_port 80",
    );
    const wrong = { listener: { ...listener, protocol_port: 81, default_pool_id: pool.id } };
    expect(await account.refusal(400, "POST", "listeners", wrong)).to.equal(
      "Validation failure: The pool protocol 'TCP' is invalid while the listener protocol is 'HTTP'.",
    );
    await account.member(balancer, pool);
    const member = { address: "10.0.0.2", protocol_port: 8080 };
    const path = `pools/${pool.id}/members`;
    expect(await account.refusal(409, "POST", path, { member })).to.include("using ip 10.0.0.2");
  });

  it("change in one batch, which keeps members that are listed again", async () => {
    const pool = await account.pool(balancer);
    const kept = await account.member(balancer, pool);
    await account.member(balancer, pool, { address: "10.0.0.3" });
    const path = `pools/${pool.id}/members`;
    const members = ["10.0.0.2", "10.0.0.4"].map((address) => ({
      ...{ address, protocol_port: 8080, weight: 5 },
    }));
    await account.change(balancer, "PUT", path, { members });
    const listed = async () => (await account.ask<{ members: View[] }>("GET", path)).body.members;
    const summary = (await listed()).map((it) => [it["address"], it["weight"]]);
    expect(summary).to.deep.equal([
      ...[
        ["10.0.0.2", 5],
        ["10.0.0.4", 5],
      ],
    ]);
    expect((await listed())[0]?.id).to.equal(kept.id);
    const more = [{ address: "10.0.0.5", protocol_port: 8080 }];
    await account.change(balancer, "PUT", `${path}?additive_only=true`, { members: more });
    expect(await listed()).to.have.length(3);
    const twice = { members: [...more, ...more] };
    expect(await account.refusal(400, "PUT", path, twice)).to.include("updated only once");
    await account.change(balancer, "PUT", path, { members: [] });
    expect(await listed()).to.deep.equal([]);
  });

  it("have one monitor per pool; HTTP settings require an HTTP monitor", async () => {
    const pool = await account.pool(balancer);
    const monitor = await account.monitor(balancer, pool);
    const order = { type: "TCP", delay: 1, timeout: 1, max_retries: 1, pool_id: pool.id };
    expect(await account.refusal(409, "POST", "healthmonitors", { healthmonitor: order })).to.equal(
      "This pool already has a health monitor",
    );
    expect((await account.get(`healthmonitors/${monitor.id}`)).operating_status).to.equal("ONLINE");
    const member = await account.member(balancer, pool);
    await account.change(balancer, "DELETE", `healthmonitors/${monitor.id}`);
    const { operating_status: status } = await account.get(`pools/${pool.id}/members/${member.id}`);
    expect(status).to.equal("NO_MONITOR");
    const path = { healthmonitor: { ...order, url_path: "/x" } };
    expect(await account.refusal(400, "POST", "healthmonitors", path)).to.equal(
      "url_path is not a valid option for health monitors of type TCP",
    );
  });

  it("order policies by position, and read their rules", async () => {
    const listener = await account.listener(balancer);
    const pool = await account.pool(balancer);
    const policy = (name: string, more: object) =>
      account.make(balancer, "l7policies", {
        l7policy: { name, listener_id: listener.id, action: "REJECT", ...more },
      });
    const last = await policy("last", { redirect_url: "http://e/", action: "REDIRECT_TO_URL" });
    const first = await policy("first", {
      ...{ position: 1, action: "REDIRECT_TO_POOL", redirect_pool_id: pool.id },
    });
    expect(last).to.include({ position: 1, redirect_http_code: 302, redirect_pool_id: null });
    expect((await account.get(`l7policies/${last.id}`))["position"]).to.equal(2);
    const rule = { type: "HEADER", compare_type: "EQUAL_TO", key: "X-Canary", value: "on" };
    await account.make(balancer, `l7policies/${first.id}/rules`, { rule });
    const placed = account.plane.balancers[0]?.duties?.listeners[0]?.policies ?? [];
    expect(placed.map((it) => [it.settings.name, it.rules.length])).to.deep.equal([
      ...[
        ["first", 1],
        ["last", 0],
      ],
    ]);
    expect((await account.get(`pools/${pool.id}`))["listeners"]).to.deep.equal([
      { id: listener.id },
    ]);
    await account.change(balancer, "PUT", `l7policies/${first.id}`, { l7policy: { position: 9 } });
    expect((await account.get(`l7policies/${first.id}`))["position"]).to.equal(2);
    const path = `l7policies/${first.id}/rules`;
    const keyless = { rule: { ...rule, key: null } };
    expect(await account.refusal(400, "POST", path, keyless)).to.equal(
      "Error parsing L7Rule: Invalid L7 Rule: L7 rule type requires a key",
    );
    await account.change(balancer, "PUT", `l7policies/${first.id}`, {
      l7policy: { action: "REJECT" },
    });
    expect((await account.get(`l7policies/${first.id}`))["redirect_pool_id"]).to.equal(null);
  });

  it("require an existing certificate to terminate TLS, and accept none elsewhere", async () => {
    const ref = "https://keys/v1/containers/a";
    const order = { protocol: "TERMINATED_HTTPS", protocol_port: 443 };
    const refusal = (more: object) =>
      account.refusal(400, "POST", "listeners", {
        listener: { ...order, loadbalancer_id: balancer.id, ...more },
      });
    expect(await refusal({})).to.include("An SNI or default certificate container reference must");
    expect(await refusal({ default_tls_container_ref: "b" })).to.equal(
      "Could not retrieve certificate: b",
    );
    expect(await refusal({ protocol: "HTTP", default_tls_container_ref: ref })).to.include(
      "not allowed on HTTP protocol listeners",
    );
    await account.listener(balancer, { ...order, default_tls_container_ref: ref });
    expect([...(account.plane.balancers[0]?.certificates ?? [])]).to.deep.equal([...PEMS]);
  });

  it("are limited by the quota", async () => {
    account.octavia.setQuota("pool", 1);
    await account.pool(balancer);
    const pool = { protocol: "HTTP", lb_algorithm: "ROUND_ROBIN", loadbalancer_id: balancer.id };
    expect(await account.refusal(403, "POST", "pools", { pool })).to.equal(
      "Quota has been met for resources: Pool",
    );
    const { quota } = (await account.ask("GET", "quotas/shop")).body;
    expect(quota).to.include({ pool: 1, loadbalancer: -1, load_balancer: -1 });
  });

  it("are listed by name or load balancer, page by page", async () => {
    const pools = ["a", "b", "c"];
    for (const name of pools) await account.pool(balancer, { name });
    type Page = { pools: View[]; pools_links?: { rel: string; href: string }[] };
    const page = async (query: string) => (await account.ask<Page>("GET", `pools?${query}`)).body;
    expect((await page("name=b")).pools.map((it) => it["name"])).to.deep.equal(["b"]);
    expect((await page(`loadbalancer_id=${NO_ID}`)).pools).to.deep.equal([]);
    const { pools: two, pools_links: links } = await page("limit=2&fields=name&fields=id");
    expect(two.map((it) => Object.keys(it).sort())).to.deep.equal([
      ...[
        ["id", "name"],
        ["id", "name"],
      ],
    ]);
    const { pools: rest, pools_links: none } = await page(links?.[0]?.href.split("?")[1] ?? "");
    expect([rest.map((it) => it["name"]), none]).to.deep.equal([["c"], undefined]);
  });
});
