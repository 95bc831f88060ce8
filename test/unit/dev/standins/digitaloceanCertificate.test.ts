import { expect } from "chai";
import { ApiError, type Api, type Json } from "../../../../dev/standins/digitalocean/api.ts";
import { typesWith } from "../../../../dev/standins/digitalocean/types.ts";
import { PartlyDone } from "../../../../dev/standins/provider/resource.ts";
import type { Values } from "../../../../dev/standins/provider/values.ts";
import { checkOf, context } from "./pluginContext.ts";

const TYPE = "digitalocean:index/certificate:Certificate";
const ASKED = { type: "lets_encrypt", domains: ["app.example.com"] };
const OWN = { name: "own", privateKey: "key", leafCertificate: "leaf" };
const FOUND = { id: "c-1", name: "web", type: "lets_encrypt", dns_names: ["app.example.com"] };

/** Returns answers in turn by method and path, and records the requests. */
function certificateType(answers: Readonly<Record<string, readonly (Json | Error)[]>> = {}) {
  const asked: unknown[] = [];
  const left = new Map(Object.entries(answers).map(([call, list]) => [call, [...list]]));
  const send = (method: string, path: string, body?: Json) => {
    asked.push(body === undefined ? `${method} ${path}` : { [`${method} ${path}`]: body });
    const list = left.get(`${method} ${path}`) ?? [];
    const answer = (list.length > 1 ? list.shift() : list[0]) ?? {};
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const type = typesWith({ send } as unknown as Api).get(TYPE) ?? expect.fail(TYPE);
  return { type, asked };
}

function diffOf(before: Values, after: Values, state: Values = {}) {
  const { type } = certificateType();
  const old = checkOf(type, before).inputs;
  const { inputs } = checkOf(type, after, old);
  return type.diff(inputs, { inputs: old, state: { ...old, ...state } });
}

describe("the digitalocean stand-in's certificate", () => {
  it("is replaced for any change, and deleted first only if the user chose the name", () => {
    const other = { ...ASKED, domains: ["www.example.com"] };
    expect([...diffOf(ASKED, other).replaces]).to.deep.equal(["domains"]);
    expect(diffOf(ASKED, other).deleteBeforeReplace).to.equal(false);
    const named = { ...ASKED, name: "shop" };
    expect(diffOf(named, { ...other, name: "shop" }).deleteBeforeReplace).to.equal(true);
    const state = { domains: ["b.example.com", "a.example.com"], uuid: "c-2" };
    const both = { ...ASKED, domains: ["a.example.com", "b.example.com"] };
    expect(diffOf(both, both, state).changes.size, "another order").to.equal(0);
  });

  it("stores keys as digests, and keeps an uploaded certificate's domains unchanged", () => {
    const { type } = certificateType();
    const { inputs } = checkOf(type, OWN);
    const digests = { privateKey: "a62f2225bf70bfaccbc7f1ef2a397836717377de" };
    const leaf = { leafCertificate: "98798241748efaccb230386437b7873a478f5bd4" };
    const state = { ...inputs, ...digests, ...leaf, domains: ["a.test"] };
    const difference = type.diff(inputs, { inputs, state });
    expect([...difference.changes.keys()]).to.deep.equal([]);
    const changed = type.diff({ ...inputs, privateKey: "new" }, { inputs, state });
    expect([...changed.replaces]).to.deep.equal(["privateKey"]);
  });

  it("rejects conflicting inputs, and reports those its type requires", async () => {
    const { type } = certificateType();
    const { failures } = checkOf(type, { ...ASKED, privateKey: "key" });
    expect(failures.map(({ property }) => property)).to.deep.equal(["privateKey"]);
    const messageOf = (inputs: Values) =>
      type.create(checkOf(type, inputs).inputs, context()).catch((error: Error) => error.message);
    expect(await messageOf({})).to.equal(
      "`private_key` is required for when type is `custom` or empty",
    );
    expect(await messageOf({ type: "lets_encrypt" })).to.equal(
      "`domains` is required for when type is `lets_encrypt`",
    );
  });

  it("is recorded with its error when Let's Encrypt refuses it", async function () {
    this.timeout(30_000);
    const { type, asked } = certificateType({
      "POST v2/certificates": [{ certificate: { ...FOUND, state: "pending" } }],
      "GET v2/certificates?name=web": [{ certificates: [FOUND] }],
      "GET v2/certificates/c-1": [{ certificate: { ...FOUND, state: "error" } }],
    });
    const { inputs } = checkOf(type, ASKED);
    const error = await type.create(inputs, context()).catch((problem: unknown) => problem);
    expect(error).to.be.instanceOf(PartlyDone);
    expect((error as PartlyDone).id).to.equal("web");
    expect((error as Error).message).to.equal(
      "Error waiting for certificate (web) to become active: unexpected state 'error', wanted target 'verified'",
    );
    const body = { name: inputs["name"], type: "lets_encrypt", dns_names: ["app.example.com"] };
    expect(asked[0]).to.deep.equal({ "POST v2/certificates": body });
  });

  it("is read by name, since a renewal changes its id", async () => {
    const renewed = { ...FOUND, id: "c-2", state: "verified", sha1_fingerprint: "f" };
    const { type } = certificateType({
      "GET v2/certificates?name=web": [{ certificates: [renewed] }, { certificates: [] }],
    });
    const old = { inputs: ASKED, state: { ...ASKED, name: "web", uuid: "c-1" } };
    const found = await type.read?.("web", old, context());
    expect(found?.state).to.include({ uuid: "c-2", sha1Fingerprint: "f", state: "verified" });
    expect(found?.inputs).to.deep.equal(ASKED);
    expect(await type.read?.("web", old, context())).to.equal(undefined);
  });

  it("is deleted once the balancer no longer uses it", async () => {
    const words = "Make sure the certificate is not in use before deleting it";
    const inUse = new ApiError("DELETE http://api/v2/certificates/c-1", 403, words);
    const { type, asked } = certificateType({
      "GET v2/certificates?name=web": [{ certificates: [FOUND] }],
      "DELETE v2/certificates/c-1": [inUse, {}],
    });
    await type.delete("web", {}, context());
    expect(asked.filter((call) => call === "DELETE v2/certificates/c-1")).to.have.length(2);
  });
});
