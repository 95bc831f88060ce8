import { expect } from "chai";
import { Account, until } from "./account.ts";

const RULE = { entry_protocol: "http", entry_port: 80, target_protocol: "http", target_port: 8080 };
const ORDER = { name: "shop", region: "fra1", forwarding_rules: [RULE] };
const PATH = "/v2/load_balancers";

interface View {
  readonly id: string;
  readonly ip: string;
  readonly status: string;
  readonly droplet_ids: number[];
}

describe("an emulated load balancer's life", () => {
  let account: Account;

  beforeEach(async () => {
    account = await Account.open();
  });

  afterEach(() => account.close());

  it("begins as new without an address, with the vendor's defaults", async () => {
    const id = await account.droplet();
    const { status, body } = await account.ask<{ load_balancer: View }>("POST", PATH, {
      ...{ ...ORDER, droplet_ids: [id] },
    });
    expect([status, body.load_balancer.status, body.load_balancer.ip]).to.deep.equal([
      202,
      "new",
      "",
    ]);
    expect(body.load_balancer).to.deep.include({
      droplet_ids: [id],
      http_idle_timeout_seconds: 60,
    });
    await account.cloud.settled(body.load_balancer.id);
    const [balancer] = account.plane.balancers;
    expect(await view(body.load_balancer.id)).to.include({
      ...{ status: "active", ip: balancer?.order.public.address },
    });
    expect(balancer?.members.map(({ dropletId }) => dropletId)).to.deep.equal([id]);
    expect(balancer?.settings.health_check).to.include({ port: 80, healthy_threshold: 5 });
  });

  it("accepts members by id or by tag, and reports which", async () => {
    const ids = [await account.droplet(), await account.droplet()];
    const byId = await make({ droplet_ids: ids.slice(0, 1) });
    await account.ask("POST", `${PATH}/${byId}/droplets`, { droplet_ids: ids });
    await account.cloud.settled(byId);
    expect((await view(byId)).droplet_ids).to.deep.equal(ids);
    await account.ask("DELETE", `${PATH}/${byId}/droplets`, { droplet_ids: ids.slice(0, 1) });
    await account.cloud.settled(byId);
    expect((await view(byId)).droplet_ids).to.deep.equal(ids.slice(1));
    const last = await account.ask("DELETE", `${PATH}/${byId}/droplets`, { droplet_ids: ids });
    expect(last.status).to.equal(422);
    await account.tag("live");
    const byTag = await make({ tag: "live" });
    const refused = await account.ask("POST", `${PATH}/${byTag}/droplets`, { droplet_ids: ids });
    expect(refused.status).to.equal(422);
  });

  it("follows its tag to droplets that are created and deleted", async () => {
    await account.tag("live");
    const id = await make({ tag: "live" });
    const droplet = await account.droplet({ tags: ["live"] });
    await account.cloud.settled(id);
    expect(members()).to.deep.equal([droplet]);
    await account.ask("DELETE", `/v2/droplets/${droplet}`);
    await account.cloud.settled(id);
    expect(members()).to.deep.equal([]);
  });

  it("accepts ten droplets by id, and more by tag", async () => {
    const order = { region: "fra1", size: "s-1vcpu-1gb", image: "debian-12-x64", tags: ["live"] };
    for (const color of ["blue", "green"]) {
      const names = Array.from({ length: 6 }, (_, i) => `${color}-${i}`);
      await account.ask("POST", "/v2/droplets", { names, ...order });
    }
    const { body } = await account.ask<{ droplets: { id: number }[] }>("GET", "/v2/droplets");
    const droplet_ids = body.droplets.map(({ id }) => id);
    const refused = await account.ask("POST", PATH, { ...ORDER, droplet_ids });
    expect(refused.body["message"]).to.equal("a load balancer takes at most 10 droplet_ids");
    const id = await make({ tag: "live" });
    expect((await view(id)).droplet_ids).to.have.length(12);
    await until(() => members().length === 12);
  });

  it("is updated as a whole: omitted values are reset", async () => {
    const droplet = await account.droplet();
    const id = await make({ droplet_ids: [droplet], redirect_http_to_https: false });
    const firewall = { allow: ["ip:192.0.2.1"] };
    const body = { ...ORDER, droplet_ids: [droplet], firewall, http_idle_timeout_seconds: 120 };
    expect((await account.ask("PUT", `${PATH}/${id}`, body)).status).to.equal(200);
    await account.cloud.settled(id);
    const [balancer] = account.plane.balancers;
    expect(balancer?.settings.firewall).to.deep.equal({ ...firewall, deny: [] });
    await account.ask("PUT", `${PATH}/${id}`, { ...ORDER, droplet_ids: [droplet] });
    await account.cloud.settled(id);
    expect(balancer?.settings).to.deep.include({ http_idle_timeout_seconds: 60 });
    const emptied = await account.ask("PUT", `${PATH}/${id}`, { ...ORDER, droplet_ids: [] });
    expect(emptied.body["message"]).to.equal("droplet_ids can't be emptied");
  });

  it("rejects changes while one is in progress, but accepts tag changes", async () => {
    await account.close();
    account = await Account.open({ delays: { balancerEffect: 1000 } });
    await account.tag("live");
    const id = await make({ tag: "live" });
    const droplet = await account.droplet();
    const resources = [{ resource_id: String(droplet), resource_type: "droplet" }];
    expect((await account.ask("POST", "/v2/tags/live/resources", { resources })).status).to.equal(
      204,
    );
    expect((await account.ask("PUT", `${PATH}/${id}`, { ...ORDER, tag: "live" })).status).to.equal(
      403,
    );
    expect((await account.ask("DELETE", `${PATH}/${id}`)).status).to.equal(403);
    expect((await account.ask("DELETE", "/v2/tags/live/resources", { resources })).status).to.equal(
      204,
    );
    await account.cloud.settled(id);
    expect(members()).to.deep.equal([]);
    expect((await account.ask("DELETE", `${PATH}/${id}`)).status).to.equal(204);
    await until(() => account.plane.balancers[0]?.isRemoved === true);
  });

  it("rejects settings that the vendor does not accept", async () => {
    await account.tag("live");
    const check = { protocol: "http", port: 80, path: "/" };
    for (const wrong of [
      { health_check: { ...check, check_interval_seconds: 2 } },
      { health_check: { ...check, healthy_threshold: 1 } },
      { forwarding_rules: [RULE, RULE] },
      { forwarding_rules: [{ ...RULE, entry_protocol: "https", entry_port: 443 }] },
      { redirect_http_to_https: true },
      { sticky_sessions: { type: "cookies" } },
      { tag: "none" },
      { type: "GLOBAL" },
      { vpc_uuid: "4de7ac8b-495b-4884-9a69-1050c6793cd6" },
    ]) {
      const refused = await account.ask("POST", PATH, { ...ORDER, tag: "live", ...wrong });
      expect([wrong, refused.status]).to.deep.equal([wrong, 422]);
    }
  });

  it("changes its forwarding rules separately", async () => {
    await account.tag("live");
    const id = await make({ tag: "live" });
    const other = { ...RULE, entry_port: 8081 };
    const path = `${PATH}/${id}/forwarding_rules`;
    expect((await account.ask("POST", path, { forwarding_rules: [other] })).status).to.equal(204);
    await account.cloud.settled(id);
    expect((await account.ask("DELETE", path, { forwarding_rules: [RULE] })).status).to.equal(204);
    await account.cloud.settled(id);
    expect(account.plane.balancers[0]?.settings.forwarding_rules).to.deep.equal([other]);
  });

  it("keeps its VPC until it is gone", async () => {
    const { body } = await account.ask<{ vpc: { id: string } }>("POST", "/v2/vpcs", {
      ...{ name: "shop", region: "fra1" },
    });
    await account.tag("live");
    const id = await make({ tag: "live", vpc_uuid: body.vpc.id });
    expect((await account.ask("DELETE", `/v2/vpcs/${body.vpc.id}`)).status).to.equal(403);
    await account.ask("DELETE", `${PATH}/${id}`);
    await until(
      async () => (await account.ask("DELETE", `/v2/vpcs/${body.vpc.id}`)).status === 204,
    );
  });

  async function make(more: object): Promise<string> {
    const { status, body } = await account.ask<{ load_balancer: View }>("POST", PATH, {
      ...{ ...ORDER, ...more },
    });
    expect(status, JSON.stringify(body)).to.equal(202);
    await account.cloud.settled(body.load_balancer.id);
    return body.load_balancer.id;
  }

  async function view(id: string): Promise<View> {
    return (await account.ask<{ load_balancer: View }>("GET", `${PATH}/${id}`)).body.load_balancer;
  }

  /** Ids of the droplets last passed to the newest balancer. */
  function members(): number[] {
    return account.plane.balancers.at(-1)?.members.map(({ dropletId }) => dropletId) ?? [];
  }
});
