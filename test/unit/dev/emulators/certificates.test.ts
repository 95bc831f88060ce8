import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import { Authority } from "../../../../dev/emulators/digitalocean/plane/certificate.ts";
import { Account, until } from "./account.ts";

const PATH = "/v2/certificates";
const ASKED = { name: "shop", type: "lets_encrypt", dns_names: ["app.example.com"] };
const RULE = { entry_protocol: "https", entry_port: 443, target_protocol: "http", target_port: 80 };

interface View {
  readonly id: string;
  readonly state: string;
  readonly dns_names: string[];
  readonly not_after: string;
  readonly sha1_fingerprint: string;
}

describe("an emulated certificate", () => {
  let account: Account;

  beforeEach(async () => {
    account = await Account.open();
    account.cloud.addDomain("example.com");
  });
  afterEach(() => account.close());

  it("is pending until Let's Encrypt has verified domains of the account's DNS", async () => {
    await account.close();
    account = await Account.open({ delays: { certificateIssued: 200 } });
    account.cloud.addDomain("example.com");
    const { id, state, sha1_fingerprint: none } = await make(ASKED);
    expect([state, none]).to.deep.equal(["pending", ""]);
    expect((await orderBalancer(id)).status, "a balancer with it").to.equal(422);
    const verified = await ended(id);
    expect(verified).to.deep.include({ state: "verified", dns_names: ["app.example.com"] });
    expect(verified.sha1_fingerprint).to.match(/^[0-9a-f]{40}$/);
    expect(Date.parse(verified.not_after)).to.be.greaterThan(Date.now());
  });

  it("fails when another DNS manages a domain, or Let's Encrypt refuses", async () => {
    const other = await make({ ...ASKED, dns_names: ["app.example.com", "notexample.com"] });
    expect((await ended(other.id)).state).to.equal("error");
    account.cloud.faults.failCertificates();
    const refused = await make({ ...ASKED, name: "again" });
    expect((await ended(refused.id)).state).to.equal("error");
    expect((await orderBalancer(refused.id)).status, "a balancer with it").to.equal(422);
  });

  it("is uploaded only with its own key", async () => {
    const [own, other] = [new Authority("a"), new Authority("b")].map((it) => it.issue(["a.test"]));
    const body = { name: "own", private_key: own?.key, leaf_certificate: own?.certificate };
    const { state, dns_names: names } = await make(body);
    expect([state, names]).to.deep.equal(["verified", ["a.test"]]);
    for (const key of [other?.key, "no key"]) {
      const wrong = { ...body, name: "wrong", private_key: key };
      expect((await account.ask("POST", PATH, wrong)).status).to.equal(422);
    }
  });

  it("is found by its unique name", async () => {
    const { id } = await make(ASKED);
    await make({ ...ASKED, name: "second" });
    expect((await account.ask("POST", PATH, ASKED)).body["message"]).to.include("unique");
    const found = await account.ask<{ certificates: View[] }>("GET", `${PATH}?name=shop`);
    expect(found.body.certificates.map((one) => one.id)).to.deep.equal([id]);
  });

  it("cannot be deleted while a balancer uses it, or until another one has taken effect", async () => {
    await account.close();
    account = await Account.open({ delays: { balancerEffect: 300 } });
    account.cloud.addDomain("example.com");
    const [first, second] = [await make(ASKED), await make({ ...ASKED, name: "second" })];
    await ended(first.id);
    await ended(second.id);
    const made = await orderBalancer(first.id);
    const balancer = made.body.load_balancer.id;
    await account.cloud.settled(balancer);
    expect((await remove(first.id)).status).to.equal(403);
    await account.ask("PUT", `/v2/load_balancers/${balancer}`, order(second.id));
    expect((await remove(first.id)).body["message"]).to.include("not in use before deleting");
    await account.cloud.settled(balancer);
    expect((await remove(first.id)).status).to.equal(204);
  });

  it("gets a new id when it is renewed, and the balancer follows", async () => {
    const before = await ended((await make(ASKED)).id);
    const balancer = (await orderBalancer(before.id)).body.load_balancer.id;
    await account.cloud.settled(balancer);
    account.cloud.renewCertificate("shop");
    await account.cloud.settled(balancer);
    expect((await account.ask("GET", `${PATH}/${before.id}`)).status).to.equal(404);
    const [plain] = account.plane.balancers;
    const id = plain?.settings.forwarding_rules[0]?.certificate_id ?? "";
    const after = await ended(id);
    expect(after.sha1_fingerprint).not.to.equal(before.sha1_fingerprint);
    const pem = plain?.order.certificate(id) ?? "";
    const shown = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERT")));
    expect(shown.checkIssued(new X509Certificate(account.cloud.authority))).to.equal(true);
  });

  it("requires its own scopes", async () => {
    expect((await account.as("certificate:read")("GET", PATH)).status).to.equal(200);
    expect((await account.as("certificate:read")("POST", PATH, ASKED)).status).to.equal(403);
    expect((await account.as("certificate:read")("GET", "/v2/domains")).status).to.equal(403);
    const domains = await account.as("domain:read")("GET", "/v2/domains");
    expect(domains.body["domains"]).to.deep.equal([{ name: "example.com", ttl: 1800 }]);
  });

  async function make(body: object): Promise<View> {
    const answer = await account.ask<{ certificate: View }>("POST", PATH, body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    return answer.body.certificate;
  }

  async function ended(id: string): Promise<View> {
    const look = async () =>
      (await account.ask<{ certificate: View }>("GET", `${PATH}/${id}`)).body.certificate;
    await until(async () => (await look()).state !== "pending");
    return look();
  }

  const order = (id: string) => ({
    ...{ name: "shop", region: "fra1", forwarding_rules: [{ ...RULE, certificate_id: id }] },
    tag: "live",
  });

  async function orderBalancer(id: string) {
    await account.tag("live");
    type Body = { load_balancer: { id: string } };
    return account.ask<Body>("POST", "/v2/load_balancers", order(id));
  }

  const remove = (id: string) => account.ask("DELETE", `${PATH}/${id}`);
});
