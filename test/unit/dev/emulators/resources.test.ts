import { expect } from "chai";
import { Account, until } from "./account.ts";

interface WithId {
  readonly id: string;
}

const TCP_80 = { protocol: "tcp", ports: "80" };

describe("the emulated account", () => {
  let account: Account;

  beforeEach(async () => {
    account = await Account.open();
  });

  afterEach(() => account.close());

  it("lists regions, sizes with prices, and images", async () => {
    const { body: sizes } = await account.ask<{ sizes: object[] }>("GET", "/v2/sizes?per_page=200");
    expect(sizes.sizes.find((it) => (it as { slug: string }).slug === "s-1vcpu-1gb")).to.include({
      ...{ memory: 1024, vcpus: 1, price_monthly: 6, available: true },
    });
    const { body: image } = await account.ask("GET", "/v2/images/debian-12-x64");
    const id = (image["image"] as { id: number }).id;
    expect((await account.ask("GET", `/v2/images/${id}`)).body).to.deep.equal(image);
    const { body: regions } = await account.ask<{ regions: { slug: string }[] }>(
      "GET",
      "/v2/regions",
    );
    expect(regions.regions.map(({ slug }) => slug)).to.include.members(["fra1", "nyc3"]);
  });

  it("has a default VPC in each region, and accepts others with disjoint ranges", async () => {
    const make = (name: string, ip_range?: string) =>
      account.ask<{ vpc: WithId }>("POST", "/v2/vpcs", { name, region: "fra1", ip_range });
    const { status, body } = await make("shop", "10.20.0.0/24");
    expect(status).to.equal(201);
    expect(body.vpc).to.include({ ip_range: "10.20.0.0/24", default: false, region: "fra1" });
    expect((await make("other", "10.20.0.128/25")).status).to.equal(422);
    expect((await make("shop")).status).to.equal(422);
    expect((await make("public", "8.8.8.0/24")).status).to.equal(422);
    const { body: list } = await account.ask<{ vpcs: { default: boolean; id: string }[] }>(
      "GET",
      "/v2/vpcs?per_page=100",
    );
    const [fallback] = list.vpcs.filter((vpc) => vpc.default);
    expect((await account.ask("DELETE", `/v2/vpcs/${fallback?.id}`)).status).to.equal(403);
    const renamed = await account.ask("PUT", `/v2/vpcs/${body.vpc.id}`, { name: "shop-2" });
    expect(renamed.body).to.have.nested.property("vpc.name", "shop-2");
  });

  it("cannot delete a VPC with members", async () => {
    const { body } = await account.ask<{ vpc: WithId }>("POST", "/v2/vpcs", {
      ...{ name: "shop", region: "fra1" },
    });
    const path = `/v2/vpcs/${body.vpc.id}`;
    const id = await account.droplet({ vpc_uuid: body.vpc.id });
    expect(
      (await account.ask("GET", `${path}/members?resource_type=droplet`)).body,
    ).to.have.nested.property("members[0].urn", `do:droplet:${id}`);
    const refused = await account.ask("DELETE", path);
    expect([refused.status, refused.body["message"]]).to.deep.equal([
      403,
      "Can not delete VPC with members",
    ]);
    await account.ask("DELETE", `/v2/droplets/${id}`);
    await until(async () => (await account.ask("DELETE", path)).status === 204);
    expect([...account.plane.networks].filter((name) => name.includes("vpc"))).to.have.length(0);
  });

  it("tags and untags all named droplets or none", async () => {
    await account.tag("live");
    const id = await account.droplet();
    const resources = [{ resource_id: String(id), resource_type: "droplet" }];
    const path = "/v2/tags/live/resources";
    expect((await account.ask("POST", path, { resources })).status).to.equal(204);
    expect((await account.dropletView(id)).tags).to.deep.equal(["live"]);
    expect((await account.ask("DELETE", path, { resources })).status).to.equal(204);
    expect((await account.dropletView(id)).tags).to.deep.equal([]);
    const unknown = { resource_id: "1", resource_type: "droplet" };
    const both = { resources: [...resources, unknown] };
    expect((await account.ask("POST", path, both)).status).to.equal(404);
    expect((await account.dropletView(id)).tags).to.deep.equal([]);
    await account.ask("POST", path, { resources });
    expect((await account.ask("DELETE", "/v2/tags/live")).status).to.equal(204);
    expect((await account.dropletView(id)).tags).to.deep.equal([]);
    expect((await account.ask("GET", "/v2/tags/live")).status).to.equal(404);
  });

  it("resolves a firewall's rules to addresses and applies them to the machines", async () => {
    for (const tag of ["web", "edge"]) await account.tag(tag);
    await account.droplet({ name: "web-1", tags: ["web"] });
    const edge = await account.droplet({ name: "edge-1", tags: ["edge"] });
    const [web, other] = account.plane.machines;
    const sources = { addresses: ["10.9.0.0/16", "192.0.2.7", "::/0"], tags: ["edge"] };
    const { status, body } = await account.ask<{ firewall: WithId }>("POST", "/v2/firewalls", {
      ...{ name: "web", tags: ["web"], inbound_rules: [{ ...TCP_80, sources }] },
    });
    expect(status).to.equal(202);
    await until(() => web?.rules !== undefined);
    const { order } = other!;
    const named = [`${order.public.address}/32`, `${order.private.address}/32`];
    const expected = ["10.9.0.0/16", "192.0.2.7/32", ...named];
    expect(web?.rules).to.deep.equal([{ ...TCP_80, sources: expected }]);
    expect(other?.rules).to.equal(undefined);
    await account.ask("DELETE", `/v2/droplets/${edge}`);
    await until(() => web?.rules?.[0]?.sources.length === 2);
    expect((await account.ask("DELETE", `/v2/firewalls/${body.firewall.id}`)).status).to.equal(204);
    await until(() => web?.rules === undefined);
  });

  it("changes a firewall in parts and as a whole, and rejects unknown references", async () => {
    await account.tag("web");
    const id = await account.droplet();
    const rule = (ports: string) => ({
      protocol: "tcp",
      ports,
      sources: { addresses: ["10.0.0.1"] },
    });
    const { body } = await account.ask<{ firewall: WithId }>("POST", "/v2/firewalls", {
      ...{ name: "web", inbound_rules: [rule("all")] },
    });
    const path = `/v2/firewalls/${body.firewall.id}`;
    await account.ask("POST", `${path}/droplets`, { droplet_ids: [id] });
    await account.ask("POST", `${path}/tags`, { tags: ["web"] });
    await account.ask("POST", `${path}/rules`, { inbound_rules: [rule("8000-9000")] });
    const read = async () => (await account.ask<{ firewall: object }>("GET", path)).body.firewall;
    const both = { inbound_rules: [rule("0"), rule("8000-9000")] };
    expect(await read()).to.deep.include({ ...both, droplet_ids: [id], tags: ["web"] });
    await account.ask("DELETE", `${path}/rules`, { inbound_rules: [rule("0")] });
    await account.ask("DELETE", `${path}/droplets`, { droplet_ids: [id] });
    await account.ask("DELETE", `${path}/tags`, { tags: ["web"] });
    const one = { inbound_rules: [rule("8000-9000")] };
    expect(await read()).to.deep.include({ ...one, droplet_ids: [], tags: [] });
    const whole = { name: "web", inbound_rules: [rule("22")] };
    expect((await account.ask("PUT", path, { ...whole, tags: ["none"] })).status).to.equal(422);
    expect((await account.ask("PUT", path, whole)).status).to.equal(200);
    expect(await read()).to.deep.include({ inbound_rules: [rule("22")] });
  });

  it("moves a reserved IP between droplets, and releases it", async () => {
    const ids = [await account.droplet(), await account.droplet()];
    const { body } = await account.ask<{ reserved_ip: { ip: string } }>(
      "POST",
      "/v2/reserved_ips",
      {
        ...{ region: "fra1" },
      },
    );
    const { ip } = body.reserved_ip;
    const path = `/v2/reserved_ips/${ip}`;
    const act = async (order: object) => {
      const answer = await account.ask<{ action: { id: number } }>(
        "POST",
        `${path}/actions`,
        order,
      );
      expect(answer.status).to.equal(201);
      const action = `${path}/actions/${answer.body.action.id}`;
      await until(async () => {
        const { body } = await account.ask<{ action: { status: string } }>("GET", action);
        return body.action.status === "completed";
      });
    };
    const holders = () => account.plane.machines.map(({ addresses }) => addresses.has(ip));
    await act({ type: "assign", droplet_id: ids[0] });
    expect(holders()).to.deep.equal([true, false]);
    await act({ type: "assign", droplet_id: ids[1] });
    expect(holders()).to.deep.equal([false, true]);
    expect((await account.ask("GET", path)).body).to.have.nested.property(
      "reserved_ip.droplet.id",
      ids[1],
    );
    await act({ type: "unassign" });
    await until(() => !holders().includes(true));
    expect((await account.ask("DELETE", path)).status).to.equal(204);
    expect((await account.ask("GET", path)).status).to.equal(404);
  });

  it("assigns resources to projects, and cannot delete a project with resources", async () => {
    const id = await account.droplet();
    const { body } = await account.ask<{ project: WithId }>("POST", "/v2/projects", {
      ...{ name: "shop", purpose: "Web Application", environment: "Production" },
    });
    const path = `/v2/projects/${body.project.id}`;
    const resources = [`do:droplet:${id}`];
    const assigned = await account.ask("POST", `${path}/resources`, { resources });
    expect(assigned.body).to.have.nested.property("resources[0].status", "assigned");
    const again = await account.ask("POST", `${path}/resources`, { resources });
    expect(again.body).to.have.nested.property("resources[0].status", "already_assigned");
    const other = await account.droplet();
    const some = { resources: ["do:droplet:1", `do:droplet:${other}`] };
    type Body = { resources: { status: string }[] };
    const partly = await account.ask<Body>("POST", `${path}/resources`, some);
    expect([partly.status, ...partly.body.resources.map(({ status }) => status)]).to.deep.equal([
      ...[200, "not_found", "assigned"],
    ]);
    expect((await account.ask("DELETE", path)).status).to.equal(412);
    for (const droplet of [id, other]) await account.ask("DELETE", `/v2/droplets/${droplet}`);
    expect((await account.ask("GET", `${path}/resources`)).body).to.have.nested.property(
      "meta.total",
      0,
    );
    const renamed = await account.ask("PATCH", path, { name: "shop-2" });
    expect(renamed.body).to.have.nested.property("project.name", "shop-2");
    expect((await account.ask("DELETE", path)).status).to.equal(204);
    expect((await account.ask("GET", "/v2/projects/default")).body).to.have.nested.property(
      "project.is_default",
      true,
    );
  });
});
