import { expect } from "chai";
import { PluginStack } from "../../helpers/pluginStack.ts";
import { Account } from "../../unit/dev/emulators/account.ts";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "@pulumi/digitalocean";
const config = new pulumi.Config();
const region = "fra1";
const network = new digitalocean.Vpc("network", { region });
const live = new digitalocean.Tag("live", { name: "web-live" });
const next = new digitalocean.Tag("next", { name: "web-next" });
const web = new digitalocean.Droplet("web", {
  image: config.get("image") ?? "debian-12-x64",
  size: "s-1vcpu-1gb",
  region,
  vpcUuid: network.id,
  userData: config.requireSecret("userData"),
  tags: [live.name, ...(config.getObject("tags") ?? [])],
});
const balancer = new digitalocean.LoadBalancer("balancer", {
  region,
  vpcUuid: network.id,
  dropletTag: config.getBoolean("switched") ? next.name : live.name,
  forwardingRules: [{ entryPort: 80, entryProtocol: "http", targetPort: 8080, targetProtocol: "http" }],
  healthcheck: { protocol: "http", port: 8082, path: "/", checkIntervalSeconds: 3 },
});
const firewall = new digitalocean.Firewall("firewall", {
  tags: [live.name],
  inboundRules: [{ protocol: "tcp", portRange: "8080", sourceLoadBalancerUids: [balancer.id] }],
  outboundRules: [{ protocol: "icmp", destinationAddresses: ["0.0.0.0/0"] }],
});
export const address = pulumi.interpolate\`\${balancer.ip} \${web.ipv4Address} \${network.ipRange}\`;
export const id = web.id;
`;

// Holds for the official plugin and for our stand-in, whichever is installed.
describe("the digitalocean plugin", () => {
  let account: Account;
  let stack: PluginStack;

  before(async () => {
    account = await Account.open();
    const { url, token } = account.cloud;
    stack = await PluginStack.create(PROGRAM, {
      DIGITALOCEAN_TOKEN: token,
      DIGITALOCEAN_API_URL: url,
    });
    await stack.setSecret("userData", "#cloud-config hidden");
  });

  after(async () => {
    await stack?.remove().finally(() => account.close());
  });

  beforeEach(() => account.cloud.reset());

  afterEach(() => expect(account.cloud.violations).to.deep.equal([]));

  const changes = () =>
    account.cloud
      .calls()
      .filter(({ method }) => method !== "GET")
      .map(({ method, pattern, status }) => `${method} ${pattern} ${status}`);

  const balancer = () => account.plane.balancers.at(-1);

  const droplets = async () =>
    (await account.ask<{ droplets: { id: number; tags: string[] }[] }>("GET", "/v2/droplets")).body
      .droplets;

  const tags = async () => (await droplets()).map((droplet) => droplet.tags);

  it("sends no requests in a preview", async () => {
    const preview = await stack.pulumi("preview");
    expect(preview.exitCode, preview.all).to.equal(0);
    expect(account.cloud.calls()).to.deep.equal([]);
  });

  it("creates resources as declared, waits for them, and keeps secrets", async () => {
    const created = await stack.up();
    expect(created.exitCode, created.all).to.equal(0);
    const [machine] = account.plane.machines;
    expect(await stack.output("id")).to.equal(String((await droplets())[0]?.id));
    const { body } = await account.ask<{ vpcs: { name: string; ip_range: string }[] }>(
      "GET",
      "/v2/vpcs",
    );
    const network = body.vpcs.find(({ name }) => name.startsWith("network-"));
    expect((await stack.output("address")).split(" ")).to.deep.equal([
      balancer()?.order.public.address,
      machine?.order.public.address,
      network?.ip_range,
    ]);
    expect(machine?.order.userData).to.equal("#cloud-config hidden");
    expect(machine?.order.name).to.match(/^web-[0-9a-f]{7}$/);
    expect(await tags()).to.deep.equal([["web-live"]]);
    const state = await stack.state();
    expect(state)
      .not.to.match(/cloud-config hidden/)
      .and.not.to.include(account.cloud.token);
  });

  it("sends no requests when nothing has changed", async () => {
    const unchanged = await stack.up();
    expect(unchanged.all).to.match(/7 unchanged/);
    expect(account.cloud.calls()).to.deep.equal([]);
  });

  it("finds no changes in a refresh", async () => {
    const refreshed = await stack.pulumi("refresh", "--yes", "--expect-no-changes");
    expect(refreshed.exitCode, refreshed.all).to.equal(0);
  });

  const PUT = "PUT /v2/load_balancers/{lb_id}";

  it("changes members of a balancer in place, with one request", async () => {
    await stack.set("switched", "true");
    const preview = await stack.pulumi("preview");
    expect(preview.all).to.match(/balancer\s+update\s+\[diff: ~dropletTag\]/);
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(changes()).to.deep.equal([`${PUT} 200`]);
    expect(balancer()?.members).to.deep.equal([]);
  });

  it("retries after a rate limit and after a server error", async () => {
    account.cloud.faults.inject({ method: "PUT", path: PUT.slice(4), how: 429 });
    account.cloud.faults.inject({ method: "PUT", path: PUT.slice(4), how: 500 });
    await stack.unset("switched");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(changes()).to.deep.equal([`${PUT} 429`, `${PUT} 500`, `${PUT} 200`]);
    expect(balancer()?.members).to.have.lengthOf(1);
  });

  it("gives up when a request is rejected, and quotes the vendor", async () => {
    account.cloud.faults.inject({ method: "PUT", path: PUT.slice(4), how: 422 });
    await stack.set("switched", "true");
    const refused = await stack.up();
    expect(refused.exitCode).not.to.equal(0);
    expect(refused.all).to.match(
      /Error updating Load Balancer: PUT http:\S+: 422 \(request "[^"]+"\) \S+/,
    );
    expect(balancer()?.members).to.have.lengthOf(1);
    const again = await stack.up();
    expect(again.exitCode, again.all).to.equal(0);
    expect(balancer()?.members).to.deep.equal([]);
  });

  it("tags a droplet in place", async () => {
    await stack.set("tags", '["web-ready"]');
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(changes()).to.deep.equal(["POST /v2/tags 201", "POST /v2/tags/{tag_id}/resources 204"]);
    expect(await tags()).to.have.deep.members([["web-live", "web-ready"]]);
  });

  it("detects an external change in a refresh and reverts it", async () => {
    const resources = [{ resource_id: await stack.output("id"), resource_type: "droplet" }];
    await account.ask("DELETE", "/v2/tags/web-ready/resources", { resources });
    expect(await tags()).to.deep.equal([["web-live"]]);
    const refreshed = await stack.pulumi("refresh", "--yes", "--skip-preview");
    expect(refreshed.all).to.match(/web\s+updated/);
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(await tags()).to.deep.equal([["web-live", "web-ready"]]);
  });

  it("creates a droplet for another image before it deletes the old one", async () => {
    await stack.set("image", "debian-13-x64");
    const replaced = await stack.up();
    expect(replaced.exitCode, replaced.all).to.equal(0);
    expect(changes()).to.deep.equal([
      "POST /v2/droplets 202",
      "DELETE /v2/droplets/{droplet_id} 204",
    ]);
    expect(account.plane.machines.map(({ state }) => state)).to.deep.equal(["gone", "on"]);
  });

  it("recreates a droplet that a refresh no longer finds", async () => {
    await account.ask("DELETE", `/v2/droplets/${await stack.output("id")}`);
    await stack.pulumi("refresh", "--yes", "--skip-preview");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(await droplets()).to.have.lengthOf(1);
  });

  it("leaves nothing when destroyed", async () => {
    const destroyed = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect(destroyed.exitCode, destroyed.all).to.equal(0);
    expect(await droplets()).to.deep.equal([]);
    expect(balancer()?.isRemoved).to.equal(true);
    const left = await account.ask<{ tags: { name: string }[] }>("GET", "/v2/tags");
    // A tag created along with a droplet is not a resource of the program.
    expect(left.body.tags.map(({ name }) => name)).to.deep.equal(["web-ready"]);
  });
});
