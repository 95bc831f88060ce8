import { expect } from "chai";
import { createHash } from "node:crypto";
import { Swift } from "../../../../dev/emulators/openstack/swift/index.ts";

const ACCOUNT = "/v1/AUTH_shop";

describe("an emulated Swift", () => {
  let swift: Swift;

  beforeEach(() => {
    swift = new Swift();
  });

  it("creates a container once, and updates its metadata", async () => {
    const color = { "x-container-meta-color": "blue", "x-container-read": ".r:*" };
    expect((await ask("PUT", "/releases", { headers: color })).status).to.equal(201);
    expect((await ask("PUT", "/releases")).status).to.equal(202);
    expect((await ask("HEAD", "/releases")).headers).to.include({
      ...{ ...color, "x-container-object-count": "0", "x-container-bytes-used": "0" },
    });
    const change = { "x-container-meta-size": "2", "x-remove-container-read": "x" };
    expect((await ask("POST", "/releases", { headers: change })).status).to.equal(204);
    const { status, headers } = await ask("HEAD", "/releases");
    expect(headers).to.include({ "x-container-meta-color": "blue", "x-container-meta-size": "2" });
    expect([status, headers["x-container-read"]]).to.deep.equal([204, undefined]);
    expect((await ask("HEAD", "/others")).status).to.equal(404);
  });

  it("stores an object unchanged, with its digest and metadata", async () => {
    await ask("PUT", "/releases");
    const content = Buffer.from('{ "a":  1 }\n');
    const etag = createHash("md5").update(content).digest("hex");
    const headers = { "content-type": "application/json", "x-object-meta-release": "7" };
    const made = await ask("PUT", "/releases/7/haproxy%20cfg.json", { headers, body: content });
    expect([made.status, made.headers["etag"]]).to.deep.equal([201, etag]);
    const read = await ask("GET", "/releases/7/haproxy%20cfg.json");
    expect(read.body).to.deep.equal(content);
    expect(read.headers).to.include({ ...headers, etag, "content-length": "12" });
    const head = await ask("HEAD", "/releases/7/haproxy%20cfg.json");
    expect([head.status, head.headers["etag"], head.body]).to.deep.equal([200, etag, undefined]);
    const unchanged = await ask("GET", "/releases/7/haproxy%20cfg.json", {
      headers: { "if-none-match": `"${etag}"` },
    });
    expect([unchanged.status, unchanged.body]).to.deep.equal([304, undefined]);
  });

  it("replaces an object or only its metadata, and rejects failed preconditions", async () => {
    await ask("PUT", "/releases");
    expect((await put("/releases/a", "one")).status).to.equal(201);
    expect((await put("/releases/a", "two")).status).to.equal(201);
    expect((await put("/releases/a", "x", { "if-none-match": "*" })).status).to.equal(412);
    expect((await put("/releases/a", "x", { etag: "0".repeat(32) })).status).to.equal(422);
    await ask("POST", "/releases/a", { headers: { "x-object-meta-by": "me" } });
    const { body, headers } = await ask("GET", "/releases/a");
    expect([body, headers["x-object-meta-by"]]).to.deep.equal([Buffer.from("two"), "me"]);
    expect((await put("/others/a", "x")).status).to.equal(404);
  });

  it("deletes objects, and empty containers", async () => {
    await ask("PUT", "/releases");
    await put("/releases/a", "one");
    const refused = await ask("DELETE", "/releases");
    expect([refused.status, refused.body]).to.deep.equal([
      409,
      Buffer.from(
        "<html><h1>Conflict</h1>" +
          "<p>There was a conflict when trying to complete your request.</p></html>",
      ),
    ]);
    expect((await ask("DELETE", "/releases/a")).status).to.equal(204);
    expect((await ask("DELETE", "/releases/a")).status).to.equal(404);
    expect((await ask("DELETE", "/releases")).status).to.equal(204);
    expect(swift.count("shop")).to.deep.equal({ containers: 0 });
  });

  it("lists objects by name: from a marker, up to a limit, by prefix", async () => {
    await ask("PUT", "/releases");
    for (const name of ["b/2", "a", "b/1", "c", "b/1/x"]) await put(`/releases/${name}`, name);
    const names = async (query: string) => {
      const { body } = await ask("GET", `/releases?format=json&${query}`);
      return (body as { name?: string; subdir?: string }[]).map((it) => it.name ?? it.subdir);
    };
    expect(await names("")).to.deep.equal(["a", "b/1", "b/1/x", "b/2", "c"]);
    expect(await names("limit=2&marker=a")).to.deep.equal(["b/1", "b/1/x"]);
    expect(await names("prefix=b/&end_marker=b/2")).to.deep.equal(["b/1", "b/1/x"]);
    expect(await names("delimiter=/")).to.deep.equal(["a", "b/", "c"]);
    expect(await names("delimiter=/&prefix=b/")).to.deep.equal(["b/1", "b/1/", "b/2"]);
    expect(await names("delimiter=/&marker=b/")).to.deep.equal(["c"]);
    const { body } = await ask("GET", "/releases?prefix=b/1");
    expect(body).to.deep.equal(Buffer.from("b/1\nb/1/x\n"));
    expect((await ask("GET", "/releases?prefix=z")).status).to.equal(204);
    expect((await ask("GET", "/releases?limit=10001")).status).to.equal(412);
  });

  it("describes an object in a listing, and an account by its contents", async () => {
    await ask("PUT", "/releases");
    await put("/releases/a", "four");
    const json = { accept: "application/json" };
    const [object] = (await ask("GET", "/releases", { headers: json })).body as object[];
    expect(object).to.include({ name: "a", bytes: 4, content_type: "text/plain" });
    const { body, headers } = await ask("GET", "", { headers: json });
    expect((body as object[])[0]).to.include({ name: "releases", count: 1, bytes: 4 });
    expect(headers).to.include({
      ...{ "x-account-container-count": "1", "x-account-object-count": "1" },
      "x-account-bytes-used": "4",
    });
  });

  it("keeps projects apart", async () => {
    await ask("PUT", "/releases");
    expect((await ask("GET", "/releases", { projectId: "other" })).status).to.equal(403);
    expect((await ask("PATCH", "/releases")).status).to.equal(405);
  });

  async function put(path: string, text: string, more: Record<string, string> = {}) {
    const headers = { "content-type": "text/plain", ...more };
    return await ask("PUT", path, { headers, body: Buffer.from(text) });
  }

  async function ask(
    method: string,
    path: string,
    more: { headers?: Record<string, string>; body?: Buffer; projectId?: string } = {},
  ) {
    const [below = "", query] = path.split("?");
    const answer = await swift.handle({
      ...{ method, path: ACCOUNT + below, query: new URLSearchParams(query) },
      ...{ headers: {}, body: undefined, projectId: "shop", ...more },
    });
    return { body: undefined, ...answer, headers: { ...answer.headers } as Record<string, string> };
  }
});
