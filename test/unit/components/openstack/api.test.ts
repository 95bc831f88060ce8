import { expect } from "chai";
import { ApiError } from "../../../../components/cloud/apiClient.ts";
import { OpenStack } from "../../../../components/openstack/api.ts";
import type { OpenStackAccount } from "../../../../settings/types.ts";
import { type Answer, json, OpenStackServer, REFUSED } from "../../../helpers/openStackServer.ts";

const cut: Answer = (response) => void response.destroy();
const immutable = json(
  409,
  { faultcode: "Client", faultstring: "Load Balancer lb is immutable and cannot be updated." },
  { "x-openstack-request-id": "req-1" },
);

describe("the client of OpenStack's services", () => {
  let server: OpenStackServer;
  let answers: Answer[];
  let asked: string[];
  let account: OpenStackAccount;

  beforeEach(async () => {
    [answers, asked] = [[], []];
    server = await OpenStackServer.start((call, { headers }, body) => {
      asked.push([call, headers["x-auth-token"], ...(body ? [body] : [])].join(" "));
      return answers.shift() ?? json(500, { message: "no more answers" });
    });
    account = server.account;
  });
  afterEach(() => server.stop());

  const open = (more: Partial<OpenStackAccount> = {}) => OpenStack.open({ ...account, ...more });

  async function failureOf(work: Promise<unknown>): Promise<ApiError> {
    const error: unknown = await work.catch((reason: unknown) => reason);
    if (!(error instanceof ApiError)) throw new Error(`no ApiError: ${String(error)}`);
    return error;
  }

  it("sends its token to each service in its region, with the supported version", async () => {
    const api = await open();
    answers = [json(200, { a: 1 }), json(200, { b: 2 }), json(200, { c: 3 })];
    expect(await api.get("compute", "/limits")).to.deep.equal({ a: 1 });
    await api.get("network", "/quotas/p1");
    await api.get("load-balancer", "/lbaas/listeners/l");
    expect(asked).to.deep.equal([
      "GET /GRA/compute/limits token-1",
      "GET /GRA/network/v2.0/quotas/p1 token-1",
      "GET /GRA/octavia/v2.0/lbaas/listeners/l token-1",
    ]);
    expect(api.projectId).to.equal("p1");
  });

  it("lists a service's regions, and queries another one in the same session", async () => {
    const api = await open();
    expect(api.regions("compute")).to.deep.equal(["GRA", "SBG"]);
    expect(api.has("load-balancer")).to.equal(true);
    const other = api.inRegion("SBG");
    expect(other.has("load-balancer")).to.equal(false);
    answers = [json(200, {})];
    await other.get("compute", "/limits");
    expect(asked).to.deep.equal(["GET /SBG/compute/limits token-1"]);
  });

  it("reports a region without the service", async () => {
    const error = await failureOf((await open({ region: "SBG" })).get("image", "/images"));
    expect(error.message).to.equal("OpenStack (image), GET /images: SBG has no such service");
  });

  it("names the user who is denied access", async () => {
    const error = await failureOf(open({ password: "wrong" }));
    expect(error.status).to.equal(401);
    expect(error.message).to.match(
      /^OpenStack, POST http:.*\/auth\/tokens: 401 requires authentication$/,
    );
    expect(error.message).not.to.include("wrong");
  });

  it("reads a list to its last page on the known host", async () => {
    const api = await open();
    const next = [{ rel: "next", href: "http://inside:9696/v2.0/ports?limit=1&marker=a" }];
    answers = [
      json(200, { ports: [{ id: "a" }], ports_links: next }),
      json(200, { ports: [{ id: "b" }] }),
    ];
    const ports = await api.list("network", "/ports?limit=1", "ports");
    expect(ports).to.deep.equal([{ id: "a" }, { id: "b" }]);
    expect(asked[1]).to.equal("GET /GRA/network/v2.0/ports?limit=1&marker=a token-1");
  });

  it("retries after 429, 5xx or no answer", async () => {
    const api = await open();
    answers = [json(429, {}, { "retry-after": "1" }), json(503, {}), cut, json(200, { ok: true })];
    expect(await api.get("compute", "/limits")).to.deep.equal({ ok: true });
    expect(asked).to.have.length(4);
  });

  it("gets a new token when the old one expires", async () => {
    const api = await open();
    answers = [REFUSED, json(200, { ok: true }), json(200, {})];
    expect(await api.get("compute", "/limits")).to.deep.equal({ ok: true });
    await api.get("compute", "/limits");
    expect(asked.map((line) => line.split(" ").at(-1))).to.deep.equal([
      "token-1",
      "token-2",
      "token-2",
    ]);
  });

  it("waits for a balancer that is being changed", async () => {
    const api = await open();
    answers = [immutable, immutable, json(200, {})];
    await api.put("load-balancer", "/lbaas/pools/b", { pool: { name: "b" } });
    expect(asked).to.have.length(3);
    expect(asked[2]).to.match(/^PUT .*\/lbaas\/pools\/b token-1 {"pool":{"name":"b"}}$/);
  });

  it("does not change a balancer that it may no longer change once it is free", async () => {
    const api = await OpenStack.open(account, () => Promise.reject(new Error("overtaken")));
    answers = [immutable, json(200, {})];
    const error: unknown = await api.put("load-balancer", "/lbaas/pools/b", {}).catch(String);
    expect(error).to.equal("Error: overtaken");
    expect(asked).to.have.length(1);
  });

  it("reports the call, the status, the vendor's message and request id of a failure", async () => {
    const api = await open();
    const conflict = { faultstring: "Pool b is in use.", debuginfo: null };
    answers = [json(409, conflict, { "x-openstack-request-id": "req-7" })];
    const error = await failureOf(api.put("load-balancer", "/lbaas/pools/b", {}));
    expect(error.status).to.equal(409);
    expect(error.message).to.equal(
      "OpenStack (load-balancer), PUT /lbaas/pools/b: 409 Pool b is in use. (req-7)",
    );
  });

  it("finds the error message of each service", async () => {
    const api = await open();
    answers = [
      json(404, { NeutronError: { type: "PortNotFound", message: "Port p is gone.", detail: "" } }),
      json(403, { forbidden: { code: 403, message: "Policy doesn't allow it." } }),
    ];
    expect((await failureOf(api.get("network", "/ports/p"))).message).to.include("Port p is gone.");
    expect((await failureOf(api.get("compute", "/limits"))).message).to.include("Policy doesn't");
  });

  it("retries a change only while it is still allowed", async () => {
    const isOver = new Error("overtaken");
    const api = await OpenStack.open(account, () => Promise.reject(isOver));
    answers = [json(500, {}), json(200, {}), json(500, {}), json(200, {})];
    await api.get("compute", "/limits");
    const error: unknown = await api
      .put("load-balancer", "/lbaas/pools/b", {})
      .catch((reason: unknown) => reason);
    expect(error).to.equal(isOver);
    expect(asked).to.have.length(3);
  });
});
