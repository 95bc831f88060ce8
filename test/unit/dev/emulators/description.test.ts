import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { HANDLERS } from "../../../../dev/emulators/digitalocean/api/handlers.ts";
import { Cloud } from "../../../../dev/emulators/digitalocean/cloud/cloud.ts";
import { Schedule } from "../../../../dev/emulators/schedule.ts";
import { Answering } from "../../../../dev/emulators/digitalocean/http/answering.ts";
import type { Violation } from "../../../../dev/emulators/http/callLog.ts";
import {
  problems,
  readDescription,
} from "../../../../dev/emulators/digitalocean/http/description.ts";
import { Faults } from "../../../../dev/emulators/digitalocean/http/faults.ts";
import { ok, type Reply } from "../../../../dev/emulators/digitalocean/http/handler.ts";
import { Tokens } from "../../../../dev/emulators/digitalocean/http/tokens.ts";
import { DELAYS, LIMITS } from "../../../../dev/emulators/digitalocean/options.ts";
import { trim } from "../../../../dev/emulators/digitalocean/trimDescription.ts";
import { Account } from "./account.ts";
import { PlainPlane } from "./plainPlane.ts";

const API = new URL("../../../../dev/emulators/digitalocean/api.json", import.meta.url);

describe("the emulator's description of the API", () => {
  const operations = readDescription();
  const answerOf = (id: string, status: string) =>
    operations.find((operation) => operation.id === id)?.answers.get(status);

  it("has an operation for each handler and a handler for each operation", () => {
    expect(operations.map(({ id }) => id).sort()).to.deep.equal(Object.keys(HANDLERS).sort());
  });

  it("keeps the vendor's licence", async () => {
    const { info } = JSON.parse(await readFile(API, "utf8")) as { info: { license: object } };
    expect(info.license).to.have.property("name", "Apache 2.0");
  });

  it("is unchanged by trimming it again", async () => {
    const description = JSON.parse(await readFile(API, "utf8")) as Parameters<typeof trim>[0];
    expect(trim(description)).to.deep.equal(description);
  });

  it("leaves out prose and unused operations, with what only they refer to", () => {
    const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const answer = (name: string) => ({
      content: { "application/json": { schema: schema(name) } },
    });
    const trimmed = trim({
      paths: {
        "/v2/tags": { get: { operationId: "tags_list", summary: "x", responses: answer("tag") } },
        "/v2/cdn": { get: { operationId: "cdn_list", responses: answer("cdn") } },
      },
      components: {
        schemas: { tag: { properties: { description: schema("text") } }, text: {}, cdn: {} },
      },
    });
    expect(trimmed).to.deep.include({
      paths: { "/v2/tags": { get: { operationId: "tags_list", responses: answer("tag") } } },
      components: {
        schemas: { tag: { properties: { description: schema("text") } }, text: {} },
      },
    });
  });

  it("finds missing and malformed parts of an answer", () => {
    const check = answerOf("droplets_get", "200")!;
    expect(problems(check, { droplet: { id: "1" } })).to.include("/droplet must have required");
    expect(problems(check, { droplet: { id: "1" } })).to.include("/droplet/id must be integer");
  });
});

describe("an answer of the emulator", () => {
  const path = "/v2/account";
  const token = new Tokens();
  const bearer = token.add();

  /** The problem that is recorded when the account's handler answers like this. */
  async function problemOf(reply: Reply): Promise<string | undefined> {
    const plane = new PlainPlane();
    const violations: Violation[] = [];
    const cloud = new Cloud({
      plane: { machines: plane, networks: plane, balancers: plane, sweep: async () => {} },
      publicNetwork: await plane.create("public"),
      ...{ limits: LIMITS, delays: DELAYS, faults: new Faults(), violations, run: "test" },
      schedule: new Schedule(1, () => {}),
    });
    const answering = new Answering(cloud, { account_get: () => reply }, token);
    const given = { authorization: `Bearer ${bearer}`, url: new URL(`http://a${path}`), body: "" };
    const described = answering.describe("GET", path);
    const { status } = await answering.answer(given, "GET", described, answering.allow());
    const [violation] = violations;
    expect(status).to.equal(violation ? 500 : reply.status);
    return violation && `${violation.kind}: ${violation.problem}`;
  }

  it("is a 500 and recorded when it does not match the description", async () => {
    const account = { droplet_limit: 1, floating_ip_limit: 3, email: "a@example.com", uuid: "u" };
    const fits = { ...account, email_verified: true, status: "active", status_message: "" };
    expect(await problemOf(ok({ account: fits }))).to.equal(undefined);
    expect(await problemOf(ok({ account: { ...fits, status: "asleep" } }))).to.include(
      "answer: /account/status must be equal to one of the allowed values",
    );
    expect(await problemOf({ status: 201, body: {} })).to.equal(
      "answer: status 201 is not described",
    );
  });
});

describe("a request to the emulator", () => {
  let account: Account;

  beforeEach(async () => {
    account = await Account.open();
  });

  it("is rejected with 422 and recorded when it does not match the description", async () => {
    const answer = await account.ask("POST", "/v2/droplets", { name: "web-1", size: 1 });
    expect(answer.status).to.equal(422);
    expect(answer.body).to.include({ id: "unprocessable_entity" });
    expect(answer.body).to.have.property("request_id").that.is.a("string");
    expect(violations()).to.deep.equal(["request POST /v2/droplets"]);
  });

  it("is rejected for an unknown query parameter or a value out of range", async () => {
    expect((await account.ask("GET", "/v2/droplets?tag=live")).status).to.equal(422);
    expect((await account.ask("GET", "/v2/droplets?per_page=201")).status).to.equal(422);
    expect((await account.ask("GET", "/v2/droplets/one")).status).to.equal(422);
    expect(violations()).to.have.length(3);
  });

  it("gets a 404 and is recorded when its operation is not described", async () => {
    expect((await account.ask("GET", "/v2/cdn/endpoints")).status).to.equal(404);
    expect(violations()).to.deep.equal(["request GET /v2/cdn/endpoints"]);
  });

  it("gets a 404 without a violation when the object does not exist", async () => {
    const id = "4de7ac8b-495b-4884-9a69-1050c6793cd6";
    const paths = ["droplets/1", "actions/1", `vpcs/${id}`, `firewalls/${id}`, "images/none"];
    const more = [`load_balancers/${id}`, "tags/none", "reserved_ips/10.0.0.1", `projects/${id}`];
    for (const path of [...paths, ...more]) {
      const { status, body } = await account.ask("GET", `/v2/${path}`);
      expect([path, status, body["id"]]).to.deep.equal([path, 404, "not_found"]);
    }
    expect(violations()).to.deep.equal([]);
  });

  it("may omit what the vendor's own client omits", async () => {
    const sources = { addresses: ["0.0.0.0/0"] };
    const inbound_rules = [{ protocol: "icmp", sources }];
    const firewall = await account.ask("POST", "/v2/firewalls", { name: "ping", inbound_rules });
    expect(firewall.status).to.equal(202);
    await account.droplet({ ssh_keys: null });
    expect(violations()).to.deep.equal([]);
  });

  afterEach(async () => {
    await account.cloud.stop();
  });

  function violations(): string[] {
    return account.cloud.violations.map(({ kind, where }) => `${kind} ${where}`);
  }
});
