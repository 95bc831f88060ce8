import { expect } from "chai";
import { Account, until } from "./account.ts";

const ORDER = { region: "fra1", size: "s-1vcpu-1gb", image: "debian-12-x64" };

interface Action {
  readonly action: { id: number; status: string; type: string };
}

describe("an emulated droplet", () => {
  let account: Account;

  beforeEach(async () => {
    account = await Account.open();
  });

  afterEach(() => account.close());

  it("is new without addresses, and active with two once its action is completed", async () => {
    const { status, body } = await account.ask<{
      droplet: { id: number; status: string; networks: { v4: object[] } };
      links: { actions: { id: number; rel: string; href: string }[] };
    }>("POST", "/v2/droplets", { name: "web-1", ...ORDER, tags: ["live"], user_data: "#!/bin/sh" });
    expect([status, body.droplet.status, body.droplet.networks.v4]).to.deep.equal([202, "new", []]);
    const [link] = body.links.actions;
    expect(link).to.include({ rel: "create", href: `${account.cloud.url}/v2/actions/${link?.id}` });
    await until(async () => (await account.dropletView(body.droplet.id)).status === "active");
    const { action } = (await account.ask<Action>("GET", `/v2/actions/${link?.id}`)).body;
    expect(action).to.include({ status: "completed", type: "create" });
    const [machine] = account.plane.machines;
    expect(machine?.order).to.include({ name: "web-1", userData: "#!/bin/sh", memoryMb: 1024 });
    const { networks } = (await account.dropletView(body.droplet.id)) as unknown as {
      networks: { v4: { ip_address: string; type: string }[] };
    };
    expect(networks.v4.map(({ type, ip_address }) => [type, ip_address])).to.deep.equal([
      ["public", machine?.order.public.address],
      ["private", machine?.order.private.address],
    ]);
  });

  it("is created in batches of at most ten, with a tag that is created with it", async () => {
    const names = Array.from({ length: 10 }, (_, i) => `web-${i + 1}`);
    const { body } = await account.ask<{ droplets: object[] }>("POST", "/v2/droplets", {
      ...{ names, ...ORDER, tags: ["live"] },
    });
    expect(body.droplets).to.have.length(10);
    const tooMany = await account.ask("POST", "/v2/droplets", { names: [...names, "x"], ...ORDER });
    expect(tooMany.status).to.equal(422);
    expect((await account.ask("GET", "/v2/tags/live")).body).to.have.nested.property(
      "tag.resources.droplets.count",
      10,
    );
  });

  it("is listed by page, tag and name, with links to the other pages", async () => {
    for (const name of ["web-1", "web-2", "web-3"]) {
      await account.droplet({ name, tags: name === "web-2" ? ["live"] : [] });
    }
    interface List {
      droplets: { name: string }[];
      links: { pages?: Record<string, string> };
      meta: { total: number };
    }
    const list = async (query: string) =>
      (await account.ask<List>("GET", `/v2/droplets?${query}`)).body;
    const second = await list("per_page=1&page=2");
    expect(second.droplets.map(({ name }) => name)).to.deep.equal(["web-2"]);
    expect(second.meta.total).to.equal(3);
    const page = (number: number) => `${account.cloud.url}/v2/droplets?per_page=1&page=${number}`;
    expect(second.links.pages).to.deep.equal({
      ...{ first: page(1), prev: page(1), next: page(3), last: page(3) },
    });
    expect((await list("tag_name=live")).droplets).to.have.length(1);
    expect((await list("name=WEB-3")).droplets).to.have.length(1);
    expect((await list("")).links).to.deep.equal({});
    expect((await account.ask("GET", "/v2/droplets?tag_name=live&name=x")).status).to.equal(422);
  });

  it("is rejected for an invalid region, size, image or network, and at the account's limit", async () => {
    account.cloud.faults.setDropletLimit(1);
    const id = "4de7ac8b-495b-4884-9a69-1050c6793cd6";
    for (const wrong of [
      { region: "nyc2" },
      { region: "xyz9" },
      { size: "s-9vcpu" },
      { size: "g-2vcpu-8gb", region: "syd1" },
      { image: "debian-1" },
      { vpc_uuid: id },
      { user_data: "x".repeat(65_537) },
    ]) {
      const refused = await account.ask("POST", "/v2/droplets", { name: "x", ...ORDER, ...wrong });
      expect([wrong, refused.status]).to.deep.equal([wrong, 422]);
    }
    await account.droplet();
    const refused = await account.ask("POST", "/v2/droplets", { name: "x", ...ORDER });
    expect(refused.body["message"]).to.include("exceed your droplet limit");
    expect((await account.ask("GET", "/v2/account")).body).to.have.nested.property(
      "account.droplet_limit",
      1,
    );
  });

  it("powers off, resizes and powers on by actions, locked while one is in progress", async () => {
    await account.close();
    account = await Account.open({ delays: { action: 500 } });
    const id = await account.droplet();
    const act = async (body: object) => {
      const { status, body: answer } = await account.ask<Action>("POST", actions(id), body);
      expect([status, answer.action.status]).to.deep.equal([201, "in-progress"]);
      expect((await account.dropletView(id)).locked).to.equal(true);
      const busy = await account.ask("POST", actions(id), { type: "reboot" });
      expect([busy.status, busy.body["message"]]).to.deep.equal([
        422,
        "Droplet already has a pending event.",
      ]);
      await until(async () => !(await account.dropletView(id)).locked);
      const seen = await account.ask<Action>("GET", `${actions(id)}/${answer.action.id}`);
      expect(seen.body.action.status).to.equal("completed");
    };
    const refused = await account.ask("POST", actions(id), { type: "resize", size: "s-1vcpu-2gb" });
    expect(refused.status).to.equal(422);
    await act({ type: "power_off" });
    expect(account.plane.machines[0]?.state).to.equal("off");
    await act({ type: "resize", size: "s-1vcpu-2gb" });
    await act({ type: "power_on" });
    await act({ type: "rename", name: "web-9" });
    expect(await account.dropletView(id)).to.include({
      ...{ status: "active", size_slug: "s-1vcpu-2gb", name: "web-9", memory: 2048 },
    });
    expect((await account.ask("GET", actions(id))).body).to.have.nested.property("meta.total", 5);
  });

  it("regains its firewall and its reserved IP after a reboot", async () => {
    const id = await account.droplet();
    const inbound_rules = [
      { protocol: "tcp", ports: "22", sources: { addresses: ["10.0.0.1/32"] } },
    ];
    await account.ask("POST", "/v2/firewalls", { name: "ssh", droplet_ids: [id], inbound_rules });
    await account.ask("POST", "/v2/reserved_ips", { droplet_id: id });
    const machine = account.plane.machines[0]!;
    await until(() => machine.rules !== undefined && machine.addresses.size === 1);
    await account.ask("POST", actions(id), { type: "power_off" });
    await until(async () => !(await account.dropletView(id)).locked);
    expect([machine.rules, machine.addresses.size]).to.deep.equal([undefined, 0]);
    await account.ask("POST", actions(id), { type: "power_on" });
    await until(() => machine.rules !== undefined && machine.addresses.size === 1);
    await until(async () => (await account.dropletView(id)).status === "active");
  });

  it("disappears immediately when deleted, and its machine later", async () => {
    const [one, two] = [await account.droplet(), await account.droplet({ tags: ["old"] })];
    expect((await account.ask("DELETE", `/v2/droplets/${one}`)).status).to.equal(204);
    expect((await account.ask("GET", `/v2/droplets/${one}`)).status).to.equal(404);
    expect((await account.ask("DELETE", `/v2/droplets/${one}`)).status).to.equal(404);
    expect((await account.ask("DELETE", "/v2/droplets?tag_name=old")).status).to.equal(204);
    expect((await account.ask("GET", `/v2/droplets/${two}`)).status).to.equal(404);
    await until(() => account.plane.machines.every(({ state }) => state === "gone"));
  });

  function actions(id: number): string {
    return `/v2/droplets/${id}/actions`;
  }
});
