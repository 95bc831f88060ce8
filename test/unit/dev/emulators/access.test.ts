import { expect } from "chai";
import { RateLimiter } from "../../../../dev/emulators/digitalocean/http/rateLimit.ts";
import { Account } from "./account.ts";

describe("access to the emulated account", () => {
  let account: Account;

  before(async () => {
    account = await Account.open();
  });

  after(() => account.close());

  it("requires a token that the account knows", async () => {
    const url = `${account.cloud.url}/v2/account`;
    expect((await fetch(url)).status).to.equal(401);
    const headers = { authorization: "Bearer dop_v1_wrong" };
    const refused = await fetch(url, { headers });
    expect(refused.status).to.equal(401);
    expect(await refused.json()).to.include({ message: "Unable to authenticate you" });
  });

  it("requires the scopes from the description", async () => {
    const reading = account.as("droplet:read");
    expect((await reading("GET", "/v2/droplets")).status).to.equal(200);
    const refused = await reading("GET", "/v2/load_balancers");
    expect([refused.status, refused.body["message"]]).to.deep.equal([
      403,
      "You are missing the required permission load_balancer:read",
    ]);
    expect((await account.as("sizes:read")("GET", "/v2/sizes")).status).to.equal(403);
    const both = account.as("sizes:read", "regions:read");
    expect((await both("GET", "/v2/sizes")).status).to.equal(200);
  });

  it("requires the droplet scope too when its tags change", async () => {
    await account.tag("live");
    const id = String(await account.droplet());
    const body = { resources: [{ resource_id: id, resource_type: "droplet" }] };
    const path = "/v2/tags/live/resources";
    expect((await account.as("tag:create")("POST", path, body)).status).to.equal(403);
    const both = account.as("tag:create", "droplet:update");
    expect((await both("POST", path, body)).status).to.equal(204);
  });

  it("requires scopes for what a new droplet refers to", async () => {
    const order = { name: "web-1", region: "fra1", size: "s-1vcpu-1gb", image: "debian-12-x64" };
    const creating = async (more: object, ...scopes: string[]) => {
      const ask = account.as("droplet:create", ...scopes);
      return (await ask("POST", "/v2/droplets", { ...order, ...more })).body["message"];
    };
    expect(await creating({})).to.include("image:read");
    expect(await creating({ tags: ["live"] }, "image:read")).to.include("tag:create");
    const vpc_uuid = "4de7ac8b-495b-4884-9a69-1050c6793cd6";
    expect(await creating({ vpc_uuid }, "image:read")).to.include("vpc:read");
    expect(await creating({}, "image:read")).to.equal(undefined);
  });
});

describe("the emulated rate limit", () => {
  it("is reported with every answer, and rejects requests with the time to wait", async () => {
    const account = await Account.open({ limits: { perMinute: 3, perHour: 100 } });
    for (const remaining of ["99", "98", "97"]) {
      const { status, headers } = await account.ask("GET", "/v2/account");
      expect([status, headers.get("ratelimit-remaining")]).to.deep.equal([200, remaining]);
      expect(headers.get("ratelimit-limit")).to.equal("100");
    }
    const refused = await account.ask("GET", "/v2/account");
    expect([refused.status, refused.body["id"]]).to.deep.equal([429, "too_many_requests"]);
    expect(Number(refused.headers.get("retry-after"))).to.be.within(1, 60);
    await account.close();
  });

  it("accepts requests again when the window has moved on", () => {
    const limiter = new RateLimiter({ perMinute: 2, perHour: 3 });
    const at = (seconds: number) => limiter.take(seconds * 1000);
    expect([at(0), at(10), at(20)].map(({ isAllowed }) => isAllowed)).to.deep.equal([
      ...[true, true, false],
    ]);
    expect(at(20).headers["retry-after"]).to.equal("40");
    expect(at(61).isAllowed).to.equal(true);
    const exhausted = at(200);
    expect(exhausted.isAllowed).to.equal(false);
    expect(exhausted.headers).to.include({ "retry-after": "3400", "ratelimit-remaining": "0" });
    expect(exhausted.headers["ratelimit-reset"]).to.equal("3600");
    expect(at(3601).isAllowed).to.equal(true);
  });
});
