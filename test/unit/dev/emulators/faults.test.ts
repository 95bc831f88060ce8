import { expect } from "chai";
import { Account, until } from "./account.ts";

const TAGS = "/v2/tags";

describe("a fault of the emulated API", () => {
  let account: Account;

  beforeEach(async () => {
    account = await Account.open();
  });

  afterEach(() => account.close());

  it("fails a number of calls with an error, before they take effect", async () => {
    account.cloud.faults.inject({ method: "POST", path: TAGS, how: 503, times: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await make("live")).status);
    expect(statuses).to.deep.equal([503, 503, 201]);
    expect((await account.ask("GET", TAGS)).status).to.equal(200);
  });

  it("lets a number of calls of any kind succeed first", async () => {
    let struck = 0;
    account.cloud.faults.inject({ how: 429, skip: 2, times: 2, onStrike: () => struck++ });
    const answers = [await make("live"), await account.ask("GET", TAGS)];
    for (let i = 0; i < 3; i++) answers.push(await account.ask("GET", `${TAGS}/live`));
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 200, 429, 429, 200]);
    expect(struck).to.equal(2);
  });

  it("asks for a delay with a 429", async () => {
    account.cloud.faults.inject({ how: 429 });
    const headers = { authorization: `Bearer ${account.cloud.token}` };
    const answer = await fetch(`${account.cloud.url}${TAGS}`, { headers });
    expect(Number(answer.headers.get("retry-after"))).to.be.greaterThan(0);
  });

  it("returns an error after the effect", async () => {
    account.cloud.faults.inject({ method: "POST", path: TAGS, how: 500, when: "after" });
    expect((await make("live")).status).to.equal(500);
    expect((await account.ask("GET", `${TAGS}/live`)).status).to.equal(200);
  });

  it("cuts the connection before or after the effect", async () => {
    for (const when of ["before", "after"] as const) {
      account.cloud.faults.inject({ method: "POST", path: TAGS, how: "reset", when });
      const error = await make(when).catch((reason: Error) => reason);
      expect(error).to.be.instanceOf(TypeError);
    }
    expect((await account.ask("GET", `${TAGS}/before`)).status).to.equal(404);
    expect((await account.ask("GET", `${TAGS}/after`)).status).to.equal(200);
  });

  it("withholds the answer until the client gives up", async () => {
    account.cloud.faults.inject({ method: "GET", path: /^\/v2\/tags\/li/, how: "hang" });
    await make("live");
    const signal = AbortSignal.timeout(200);
    const headers = { authorization: `Bearer ${account.cloud.token}` };
    const asked = fetch(`${account.cloud.url}${TAGS}/live`, { headers, signal });
    expect(await asked.catch(({ name }: Error) => name)).to.equal("TimeoutError");
    await until(() => account.cloud.calls().some(({ status }) => status === 0));
    expect((await account.ask("GET", `${TAGS}/live`)).status).to.equal(200);
  });

  it("does not block closing the account while a call hangs", async () => {
    account.cloud.faults.inject({ method: "GET", path: TAGS, how: "hang" });
    const asked = account.ask("GET", TAGS).catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await account.cloud.stop();
    expect(await asked).to.be.instanceOf(Error);
    account = await Account.open();
  });

  it("ends when cleared", async () => {
    account.cloud.faults.inject({ method: "POST", path: TAGS, how: 500, times: 9 });
    account.cloud.faults.clear();
    expect((await make("live")).status).to.equal(201);
  });

  it("keeps droplets from ever becoming active", async () => {
    account.cloud.faults.failDroplets("errored");
    account.cloud.faults.failDroplets("stuck");
    const made = [await create("web-1"), await create("web-2")];
    const states = async () =>
      await Promise.all(
        made.map(async ({ droplet, action }) => {
          const { body } = await account.ask<{ action: { status: string } }>(
            "GET",
            `/v2/actions/${action}`,
          );
          return `${(await account.dropletView(droplet)).status} ${body.action.status}`;
        }),
      );
    await until(async () => (await states())[0] === "new errored");
    expect(await states()).to.deep.equal(["new errored", "new in-progress"]);
    expect(account.plane.machines).to.have.length(0);
    await account.droplet();
  });

  it("removes a droplet's machine silently", async () => {
    const id = await account.droplet();
    await account.cloud.faults.vanish(id);
    expect(account.plane.machines[0]?.state).to.equal("gone");
    expect((await account.dropletView(id)).status).to.equal("active");
    const { body } = await account.ask<{ action: { id: number } }>(
      "POST",
      `/v2/droplets/${id}/actions`,
      { type: "reboot" },
    );
    const action = `/v2/actions/${body.action.id}`;
    await until(async () =>
      JSON.stringify((await account.ask("GET", action)).body).includes("errored"),
    );
    expect((await account.ask("DELETE", `/v2/droplets/${id}`)).status).to.equal(204);
  });

  async function make(name: string) {
    return await account.ask("POST", TAGS, { name });
  }

  async function create(name: string): Promise<{ droplet: number; action: number }> {
    const { body } = await account.ask<{
      droplet: { id: number };
      links: { actions: { id: number }[] };
    }>("POST", "/v2/droplets", {
      ...{ name, region: "fra1", size: "s-1vcpu-1gb", image: "debian-12-x64" },
    });
    return { droplet: body.droplet.id, action: body.links.actions[0]?.id ?? 0 };
  }
});

describe("the emulator's log", () => {
  it("records every call with its pattern and status until it is reset", async () => {
    const account = await Account.open();
    await account.ask("GET", "/v2/droplets/1");
    await account.ask("GET", "/v2/cdn/endpoints");
    const seen = account.cloud.calls().map(({ method, pattern, path, status }) => ({
      ...{ method, pattern, path, status },
    }));
    expect(seen).to.deep.equal([
      { method: "GET", pattern: "/v2/droplets/{droplet_id}", path: "/v2/droplets/1", status: 404 },
      { method: "GET", pattern: "/v2/cdn/endpoints", path: "/v2/cdn/endpoints", status: 404 },
    ]);
    account.cloud.reset();
    expect([account.cloud.calls(), account.cloud.violations]).to.deep.equal([[], []]);
    await account.close();
  });
});
