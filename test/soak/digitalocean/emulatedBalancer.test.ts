import { expect } from "chai";
import { execa } from "execa";
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, startLoad } from "../../../load/index.ts";
import { AnsweringMachines, PORTS } from "../../../dev/emulators/digitalocean/answeringMachines.ts";
import { type DigitalOcean, startDigitalOcean } from "../../../dev/emulators/digitalocean/index.ts";
import { Authority } from "../../../dev/emulators/digitalocean/plane/certificate.ts";

const CHECK = {
  ...{ protocol: "http", port: PORTS.health, path: "/", response_timeout_seconds: 3 },
  ...{ check_interval_seconds: 3, healthy_threshold: 2, unhealthy_threshold: 2 },
};
const RULES = [
  { entry_protocol: "http", entry_port: 80, target_protocol: "http", target_port: PORTS.traffic },
];
const EFFECT = { from: 2000, to: 5000 };
/** Two passing checks, three seconds apart; the first may come at any moment. */
const ADMISSION_MS = 3000;

describe("an emulated load balancer", () => {
  let cloud: DigitalOcean;
  let balancerId: string;
  let url: string;
  const droplets = new Map<string, number>();

  before(async () => {
    const delays = { balancerEffect: EFFECT, firewallEffect: 200 };
    cloud = await startDigitalOcean({ machines: new AnsweringMachines(), delays });
    for (const name of ["shop", "live", "ready"]) await ask("POST", "/v2/tags", { name });
    const { vpc } = await ask("POST", "/v2/vpcs", { name: "shop", region: "fra1" });
    await makeDroplets(String(vpc?.["id"]));
    await ask("POST", "/v2/firewalls", firewall("traffic", ["shop"], PORTS.traffic, PORTS.proxied));
    await ask("POST", "/v2/firewalls", firewall("check", ["ready"], PORTS.health));
    const order = { name: "shop", region: "fra1", vpc_uuid: vpc?.["id"], tag: "live" };
    const made = await ask("POST", "/v2/load_balancers", { ...order, ...settings() });
    balancerId = String(made["load_balancer"]?.["id"]);
    await cloud.settled(balancerId);
    const { load_balancer: balancer } = await ask("GET", path());
    url = `http://${String(balancer?.["ip"])}/`;
    await healthy("blue-1", "blue-2");
  });

  after(async () => {
    await cloud.stop();
    expect(cloud.violations).to.deep.equal([]);
    const filter = ["--quiet", "--filter", `label=${cloud.label}`];
    expect((await execa("docker", ["ps", "--all", ...filter])).stdout).to.equal("");
    expect((await execa("docker", ["network", "ls", ...filter])).stdout).to.equal("");
  });

  it("adds members with a new tag after its delay and their checks without losing a request", async () => {
    const load = users();
    const asked = Date.now();
    await tag("POST", "live", "green-1", "green-2");
    while (!("green-1" in load.snapshot().byColor)) await sleep(5);
    const waited = Date.now() - asked;
    await healthy("blue-1", "blue-2", "green-1", "green-2");
    const report = await load.stop();
    expect(report.failures.slice(0, 3)).to.deep.equal([]);
    expect(waited, "ms to the first answer").to.be.at.least(EFFECT.from + ADMISSION_MS);
    expect(report.byColor).to.include.keys("blue-1", "blue-2", "green-1", "green-2");
  });

  it("sends no new requests to a member that fails its checks, and lets open ones finish", async () => {
    const load = users(4);
    await sleep(1000);
    await tag("DELETE", "ready", "blue-1", "blue-2");
    await healthy("green-1", "green-2");
    const drained = Date.now();
    await sleep(4000);
    const report = await load.stop();
    expect(report.failures.slice(0, 3)).to.deep.equal([]);
    expect(report.byKind.slow, "slow requests").to.be.greaterThan(3);
    for (const name of ["blue-1", "blue-2"]) expect(report.staleAfter(drained, name)).to.equal(0);
  });

  it("removes a drained member without a failed request", async () => {
    const load = users(4);
    await sleep(500);
    await tag("DELETE", "live", "blue-1", "blue-2");
    await cloud.settled(balancerId);
    await sleep(500);
    const report = await load.stop();
    expect(report.failures.slice(0, 3)).to.deep.equal([]);
    await tag("POST", "ready", "blue-1", "blue-2");
  });

  it("cuts the requests in flight on a member that is removed", async () => {
    const load = users(6);
    await sleep(2000);
    const asked = Date.now();
    await tag("DELETE", "live", "green-1");
    await cloud.settled(balancerId);
    const settled = Date.now();
    const report = await load.stop();
    const { failures } = report;
    expect(failures.length, "failed requests").to.be.greaterThan(0);
    expect(new Set(failures.map(({ kind }) => kind))).to.deep.equal(new Set(["slow"]));
    for (const { endedAt } of failures) {
      expect(endedAt - asked, "ms to the cut").to.be.at.least(EFFECT.from);
      expect(endedAt).to.be.at.most(settled);
    }
    expect(report.staleAfter(settled, "green-1")).to.equal(0);
  });

  it("refuses a change while an earlier one is in progress", async () => {
    await tag("POST", "live", "green-1");
    const order = { name: "shop", region: "fra1", tag: "live", ...settings() };
    const refused = await request("PUT", path(), order);
    expect(refused.status).to.equal(403);
    expect(await refused.text()).to.include("can't be updated while it processes previous actions");
    expect((await request("DELETE", path())).status).to.equal(403);
    await cloud.settled(balancerId);
    await healthy("green-1", "green-2");
  });

  it("never sends a request to a member that has failed its checks from the start", async () => {
    const load = users();
    await tag("POST", "live", "blue-1");
    await tag("DELETE", "ready", "blue-1");
    await cloud.settled(balancerId);
    await sleep(1000);
    const report = await load.stop();
    expect(report.failures.slice(0, 3)).to.deep.equal([]);
    expect(Object.keys(report.byColor)).to.have.members(["green-1", "green-2"]);
    await tag("DELETE", "live", "blue-1");
    await cloud.settled(balancerId);
  });

  it("keeps clients and members when its settings change", async () => {
    const load = users();
    await sleep(500);
    const sticky_sessions = { type: "cookies", cookie_name: "LB", cookie_ttl_seconds: 60 };
    const order = { name: "shop", region: "fra1", tag: "live", ...settings(), sticky_sessions };
    expect((await request("PUT", path(), order)).status).to.equal(200);
    await cloud.settled(balancerId);
    await sleep(1000);
    const report = await load.stop();
    expect(report.failures.slice(0, 3)).to.deep.equal([]);
    const cookie = (await fetch(url)).headers.get("set-cookie") ?? "";
    expect(cookie).to.match(/^LB=m\d+/);
    const again = Array.from({ length: 6 }, async () => {
      const answer = await fetch(url, { headers: { cookie: cookie.split(";")[0] ?? "" } });
      return answer.headers.get("x-color");
    });
    expect(new Set(await Promise.all(again)).size, "members for one cookie").to.equal(1);
  });

  it("passes the client's address with the PROXY protocol", async () => {
    const [, client] = (await curl(url)).split(" ");
    const forwarding_rules = [{ ...RULES[0], target_port: PORTS.proxied }];
    const order = { name: "shop", region: "fra1", tag: "live", ...settings(), forwarding_rules };
    await request("PUT", path(), { ...order, enable_proxy_protocol: true });
    await cloud.settled(balancerId);
    expect(await curl(url), "before the checks at the new port").to.match(/^503/);
    await healthy("green-1", "green-2");
    expect(await curl(url)).to.equal(`200 ${client}\n`);
  });

  it("terminates TLS, redirects to it, and rejects clients its firewall denies", async () => {
    const { key, certificate } = new Authority("tests").issue([new URL(url).hostname]);
    const own = { name: "shop", private_key: key, leaf_certificate: certificate };
    const made = await ask("POST", "/v2/certificates", own);
    const id = String(made["certificate"]?.["id"]);
    const https = { entry_protocol: "https", entry_port: 443, certificate_id: id };
    const forwarding_rules = [...RULES, { ...RULES[0], ...https }];
    const order = { name: "shop", region: "fra1", tag: "live", ...settings(), forwarding_rules };
    await request("PUT", path(), { ...order, redirect_http_to_https: true });
    await cloud.settled(balancerId);
    const secure = url.replace("http:", "https:");
    await healthy("green-1", "green-2");
    expect(await curl(secure)).to.match(/^200 [\d.]+ https\n$/);
    const redirect = await fetch(url, { redirect: "manual" });
    expect([redirect.status, redirect.headers.get("location")]).to.deep.equal([307, secure]);
    const firewall = { deny: ["cidr:0.0.0.0/0"] };
    await request("PUT", path(), { ...order, firewall });
    await cloud.settled(balancerId);
    expect(await curl(url)).to.equal("000 ");
  });

  /** Users of all kinds; slow requests take two seconds. */
  function users(slow = 0): Load {
    const kinds = { keepAlive: 3, newConnection: 3, slow, slowSeconds: 2 };
    return startLoad({ url, ...kinds, ratePerSecond: 60, timeoutMs: 20_000 });
  }

  async function request(method: string, path: string, body?: object): Promise<Response> {
    const headers = { authorization: `Bearer ${cloud.token}` };
    const sent = body && { body: JSON.stringify(body) };
    return await fetch(cloud.url + path, { method, headers, ...sent });
  }

  async function ask(method: string, path: string, body?: object) {
    const response = await request(method, path, body);
    const text = await response.text();
    expect(response.ok, `${method} ${path}: ${text}`).to.equal(true);
    return (text ? JSON.parse(text) : {}) as Record<string, Record<string, unknown>>;
  }

  async function makeDroplets(vpc: string): Promise<void> {
    const size = { region: "fra1", size: "s-1vcpu-1gb", image: "debian-13-x64", vpc_uuid: vpc };
    for (const color of ["blue", "green"]) {
      const tags = ["shop", "ready", ...(color === "blue" ? ["live"] : [])];
      const names = [`${color}-1`, `${color}-2`];
      const made = await ask("POST", "/v2/droplets", { names, tags, ...size });
      const views = made["droplets"] as unknown as { id: number; name: string }[];
      for (const { id, name } of views) droplets.set(name, id);
    }
  }

  async function tag(method: "POST" | "DELETE", name: string, ...names: string[]): Promise<void> {
    const resources = names.map((droplet) => ({
      ...{ resource_id: String(droplets.get(droplet)), resource_type: "droplet" },
    }));
    await ask(method, `/v2/tags/${name}/resources`, { resources });
  }

  /** Waits until exactly these members get new requests. */
  async function healthy(...names: string[]): Promise<void> {
    const wanted = names.map((name) => droplets.get(name)).sort();
    const deadline = Date.now() + 40_000;
    for (let ids: number[] = []; ids.join() !== wanted.join(); await sleep(100)) {
      ids = (await cloud.healthyMembers(balancerId)).sort();
      expect(Date.now(), `healthy: ${ids.join()}, wanted: ${wanted.join()}`).to.be.lessThan(
        deadline,
      );
    }
  }

  function path(): string {
    return `/v2/load_balancers/${balancerId}`;
  }
});

/** Status and body of an answer on a new connection; the status is 000 without an answer. */
async function curl(url: string): Promise<string> {
  const options = ["--insecure", "--silent", "--max-time", "5", "--write-out", "\n%{http_code}"];
  const { stdout } = await execa("curl", [...options, url], { reject: false });
  const end = stdout.lastIndexOf("\n");
  return `${stdout.slice(end + 1)} ${stdout.slice(0, end)}`;
}

function settings(): object {
  return { forwarding_rules: RULES, health_check: CHECK };
}

function firewall(name: string, tags: readonly string[], ...ports: readonly number[]): object {
  const inbound = { protocol: "tcp", sources: { addresses: ["0.0.0.0/0"] } };
  const inbound_rules = ports.map((port) => ({ ...inbound, ports: String(port) }));
  return { name, tags, inbound_rules };
}
