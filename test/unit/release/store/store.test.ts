import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openStore, s3Place } from "../../../../release/store/openStore.ts";
import { makeStore, removeStores } from "../../../helpers/releaseStore.ts";

describe("a store in a folder", () => {
  after(removeStores);

  it("is empty before the first write", async () => {
    const store = await makeStore();
    expect(await store.read("lock")).to.equal(undefined);
    expect(await store.list("history/")).to.deep.equal([]);
  });

  it("accepts only a change of the current version", async () => {
    const store = await makeStore();
    const first = await store.write("lock", "a");
    expect(await store.write("lock", "b")).to.equal(undefined);
    const second = await store.write("lock", "b", first);
    expect(await store.write("lock", "c", first)).to.equal(undefined);
    expect(await store.read("lock")).to.deep.equal({ text: "b", version: second });
  });

  it("lets one of many writers of the same version succeed", async () => {
    const store = await makeStore();
    let version = await store.write("lock", "start");
    for (let round = 0; round < 20; round++) {
      const tries = Array.from({ length: 10 }, (_, at) =>
        store.write("lock", `round ${round}, ${at}`, version),
      );
      const versions = (await Promise.all(tries)).filter((one) => one !== undefined);
      expect(versions).to.have.length(1);
      [version] = versions;
      expect((await store.read("lock"))?.version).to.equal(version);
    }
  });

  it("keeps only a few old versions, and no drafts", async () => {
    const store = await makeStore();
    let version = await store.write("journal", "0");
    for (let at = 1; at < 30; at++) version = await store.write("journal", String(at), version);
    const files = await readdir(store.place);
    expect(files.length).to.be.at.most(5);
    expect(files.filter((file) => file.startsWith("."))).to.deep.equal([]);
  });

  it("can be read by its owner alone", async () => {
    const store = await makeStore();
    await store.write("history/1", "a");
    const { mode } = await stat(join(store.place, "history/1.000000000001"));
    expect(mode & 0o777).to.equal(0o600);
    expect((await stat(join(store.place, "history"))).mode & 0o777).to.equal(0o700);
  });

  it("lists names with the prefix, sorted", async () => {
    const store = await makeStore();
    for (const name of ["history/b", "history/a", "lock"]) await store.write(name, "x");
    expect(await store.list("history/")).to.deep.equal(["history/a", "history/b"]);
  });
});

describe("the place of a store", () => {
  it("is next to the state of a file:// backend", async () => {
    const store = await openStore("file:///srv/state?metadata=skip", "blue-green", "prod");
    expect(store.place).to.equal("/srv/state/.pulumi/releases/blue-green/prod");
    const relative = await openStore("file://.", "blue-green", "prod");
    expect(relative.place).to.equal(join(process.cwd(), ".pulumi/releases/blue-green/prod"));
  });

  it("understands the S3 URLs of Pulumi", () => {
    const url = "s3://bucket/some/where?endpoint=127.0.0.1:7070&region=fra1&s3ForcePathStyle=true";
    expect(s3Place(url)).to.deep.equal({
      bucket: "bucket",
      prefix: "some/where/",
      endpoint: "https://127.0.0.1:7070",
      region: "fra1",
      pathStyle: true,
    });
    expect(s3Place("s3://bucket")).to.deep.equal({
      bucket: "bucket",
      prefix: "",
      pathStyle: false,
    });
  });

  it("must be named if a service keeps the state", async () => {
    const error = await openStore("https://api.pulumi.com", "blue-green", "prod").catch(
      (caught: Error) => caught,
    );
    expect((error as Error).message).to.include("pulumi config set --path release.store");
  });
});
