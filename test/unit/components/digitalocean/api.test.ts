import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ApiError } from "../../../../components/cloud/apiClient.ts";
import { Api } from "../../../../components/digitalocean/api.ts";
import type { Account } from "../../../../settings/types.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
const cut: Answer = (response) => void response.destroy();

describe("the client of DigitalOcean's API", () => {
  let server: Server;
  let answers: Answer[];
  let asked: string[];
  let api: Api;
  let account: Account;

  beforeEach(async () => {
    [answers, asked] = [[], []];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const answer = answers.shift() ?? json(500, { message: "no more answers" });
      answer(response, request);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    account = { token: "t0ken", url: `http://127.0.0.1:${port}` };
    api = new Api(account);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function failureOf(work: Promise<unknown>): Promise<ApiError> {
    const error: unknown = await work.catch((reason: unknown) => reason);
    if (!(error instanceof ApiError)) throw new Error(`no ApiError: ${String(error)}`);
    return error;
  }

  it("sends its token and reads the answer", async () => {
    answers = [json(200, { account: { droplet_limit: 25 } })];
    expect(await api.get("/v2/account")).to.deep.equal({ account: { droplet_limit: 25 } });
    expect(asked).to.deep.equal(["GET /v2/account Bearer t0ken"]);
  });

  it("reads a list to its last page", async () => {
    const page = (length: number) => json(200, { tags: Array.from({ length }, () => ({})) });
    answers = [page(200), page(3)];
    expect(await api.list("/v2/tags", "tags")).to.have.length(203);
    expect(asked[1]).to.include("per_page=200&page=2");
  });

  it("retries after 429, 5xx or no answer", async () => {
    answers = [json(429, {}, { "retry-after": "1" }), json(503, {}), cut, json(200, { ok: true })];
    expect(await api.get("/v2/account")).to.deep.equal({ ok: true });
    expect(asked).to.have.length(4);
  });

  it("retries a change only while it is still allowed, and always retries a read", async () => {
    const isOver = new Error("overtaken");
    const refusing = new Api(account, () => Promise.reject(isOver));
    answers = [json(500, {}), json(200, {}), json(500, {}), json(204, {})];
    await refusing.get("/v2/tags");
    const error: unknown = await refusing.delete("/v2/tags/a").catch((reason: unknown) => reason);
    expect(error).to.equal(isOver);
    expect(asked).to.have.length(3);
  });

  it("reports the call's own error when it cannot check whether a retry is allowed", async () => {
    const cut = new ApiError(0, "DigitalOcean, GET /v2/droplets: no answer");
    const unsure = new Api(account, () => Promise.reject(cut));
    answers = [json(500, { message: "try later" })];
    const error = await failureOf(unsure.post("/v2/tags", { name: "a" }));
    expect(error.message).to.equal("DigitalOcean, POST /v2/tags: 500 try later");
  });

  it("waits as long as the vendor asks", async () => {
    answers = [json(429, {}, { "retry-after": "2" }), json(200, {})];
    const begun = Date.now();
    await api.get("/v2/account");
    expect(Date.now() - begun).to.be.at.least(1900);
  });

  it("reports the call, the status and the vendor's message when a call finally fails", async () => {
    answers = [json(403, { id: "forbidden", message: "You are missing the scope tag:create" })];
    const error = await failureOf(api.post("/v2/tags", { name: "a" }));
    expect(error.status).to.equal(403);
    expect(error.message).to.equal(
      "DigitalOcean, POST /v2/tags: 403 You are missing the scope tag:create",
    );
    expect(asked).to.have.length(1);
  });

  it("treats an object that is already gone as deleted", async () => {
    answers = [json(404, { message: "not found" }), json(422, { message: "in use" })];
    await api.delete("/v2/tags/a");
    expect((await failureOf(api.delete("/v2/tags/a"))).status).to.equal(422);
  });

  it("reports that the server does not answer", async () => {
    const nobody = new Api({ token: "t0ken", url: "http://127.0.0.1:9" });
    const error = await failureOf(nobody.get("/v2/account"));
    expect(error.status).to.equal(0);
    expect(error.message).to.include("DigitalOcean, GET /v2/account: no answer");
  }).timeout(40_000);
});
