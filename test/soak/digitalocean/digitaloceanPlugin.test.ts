import { expect } from "chai";
import { PluginStack } from "../../helpers/pluginStack.ts";
import { ScriptedCloud } from "../../helpers/scriptedCloud.ts";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "@pulumi/digitalocean";
const config = new pulumi.Config();
const region = "fra1";
const network = new digitalocean.Vpc("network", { region });
const live = new digitalocean.Tag("live", { name: "web-live" });
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
  dropletTag: config.get("memberTag") ?? "web-live",
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

// Whichever plugin is installed, the official one or our stand-in, must behave like this.
describe("the digitalocean plugin", () => {
  let cloud: ScriptedCloud;
  let stack: PluginStack;

  before(async () => {
    cloud = await ScriptedCloud.start();
    stack = await PluginStack.create(PROGRAM, {
      DIGITALOCEAN_TOKEN: "secret-token",
      DIGITALOCEAN_API_URL: cloud.url,
    });
    await stack.setSecret("userData", "#cloud-config hidden");
  });

  after(async () => {
    await stack?.remove().finally(() => cloud.stop());
  });

  beforeEach(() => void cloud.asked.splice(0));

  it("asks for nothing in a preview", async () => {
    const preview = await stack.pulumi("preview");
    expect(preview.exitCode, preview.all).to.equal(0);
    expect(cloud.asked).to.deep.equal([]);
  });

  it("creates what is described, waits until it is there, and keeps secrets", async () => {
    const created = await stack.up();
    expect(created.exitCode, created.all).to.equal(0);
    expect(await stack.output("address")).to.equal("192.0.2.9 192.0.2.1 10.108.16.0/20");
    const droplet = cloud.asked.find(({ path, method }) => method === "POST" && /dropl/.test(path));
    expect(droplet?.token).to.equal("Bearer secret-token");
    expect(droplet?.body).to.deep.include({
      user_data: "#cloud-config hidden",
      tags: ["web-live"],
    });
    expect(droplet?.body["name"]).to.match(/^web-[0-9a-f]{7}$/);
    const state = await stack.state();
    expect(state).not.to.match(/cloud-config hidden|secret-token/);
  });

  it("asks for nothing when nothing has changed", async () => {
    const unchanged = await stack.up();
    expect(unchanged.all).to.match(/6 unchanged/);
    expect(cloud.asked).to.deep.equal([]);
  });

  it("changes members of a balancer in place, with one request", async () => {
    await stack.set("memberTag", "web-next");
    const preview = await stack.pulumi("preview");
    expect(preview.all).to.match(/balancer\s+update\s+\[diff: ~dropletTag\]/);
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(cloud.changes.join()).to.match(/^PUT \/v2\/load_balancers\/[0-9a-f-]+$/);
    expect(cloud.list("load_balancers")[0]).to.include({ tag: "web-next" });
  });

  it("tries again after a limit and after an error of the vendor's", async () => {
    const headers = { "Retry-After": "1" };
    cloud.faults.push({ request: "PUT /v2/load_balancers", status: 429, headers, times: 1 });
    cloud.faults.push({ request: "PUT /v2/load_balancers", status: 500, times: 1 });
    await stack.unset("memberTag");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(cloud.changes).to.have.lengthOf(3);
    expect(cloud.list("load_balancers")[0]).to.include({ tag: "web-live" });
  });

  it("gives up on a refusal, in the vendor's words", async () => {
    cloud.faults.push({ request: "PUT /v2/load_balancers", status: 422, times: 1 });
    await stack.set("memberTag", "web-next");
    const refused = await stack.up();
    expect(refused.exitCode).not.to.equal(0);
    expect(refused.all).to.match(
      /Error updating Load Balancer: PUT http:\S+: 422 \(request "r-1"\) as scripted/,
    );
    const again = await stack.up();
    expect(again.exitCode, again.all).to.equal(0);
    expect(cloud.list("load_balancers")[0]).to.include({ tag: "web-next" });
  });

  it("tags a droplet in place", async () => {
    await stack.set("tags", '["web-ready"]');
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(cloud.changes).to.deep.equal(["POST /v2/tags", "POST /v2/tags/web-ready/resources"]);
    expect(cloud.list("droplets")[0]?.["tags"]).to.deep.equal(["web-live", "web-ready"]);
  });

  it("sees in a refresh what somebody has changed, and takes it back", async () => {
    const [path = "", droplet = {}] =
      [...cloud.things].find(([key]) => key.startsWith("/v2/droplets/")) ?? [];
    cloud.things.set(path, { ...droplet, tags: ["web-live"] });
    const refreshed = await stack.pulumi("refresh", "--yes", "--skip-preview");
    expect(refreshed.all).to.match(/web\s+updated/);
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(cloud.list("droplets")[0]?.["tags"]).to.deep.equal(["web-live", "web-ready"]);
  });

  it("makes a new droplet for another image before it deletes the old one", async () => {
    const old = await stack.output("id");
    await stack.set("image", "debian-13-x64");
    const replaced = await stack.up();
    expect(replaced.exitCode, replaced.all).to.equal(0);
    expect(cloud.changes).to.deep.equal(["POST /v2/droplets", `DELETE /v2/droplets/${old}`]);
    expect(cloud.list("droplets")).to.have.lengthOf(1);
  });

  it("makes a droplet again that a refresh no longer finds", async () => {
    cloud.things.delete(`/v2/droplets/${await stack.output("id")}`);
    await stack.pulumi("refresh", "--yes", "--skip-preview");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(cloud.list("droplets")).to.have.lengthOf(1);
  });

  it("leaves nothing when it is destroyed", async () => {
    const destroyed = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect(destroyed.exitCode, destroyed.all).to.equal(0);
    expect([...cloud.things.keys()]).to.deep.equal(["/v2/tags/web-ready"]);
  });
});
