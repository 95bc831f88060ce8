import { expect } from "chai";
import { openStore } from "../../../release/store/openStore.ts";
import type { Store } from "../../../release/store/store.ts";
import { BucketProxy, type Trouble } from "../../faults/bucketProxy.ts";
import { PlainS3 } from "../../helpers/plainS3.ts";

describe("a bucket behind a bad network", () => {
  const key = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
  const environment = { ...process.env };
  let s3: PlainS3;
  let proxy: BucketProxy;
  let store: Store;

  before(async () => {
    Object.assign(process.env, key);
    s3 = await PlainS3.start();
    proxy = await BucketProxy.start(s3.url);
    store = await openStore(proxy.url, "shop", "prod");
  });
  after(() => {
    for (const name of Object.keys(key)) delete process.env[name];
    Object.assign(process.env, environment);
    proxy.stop();
    s3.stop();
  });

  it("works while nothing is wrong", async () => {
    expect(await store.write("lock", "a")).to.be.a("string");
    expect((await store.read("lock"))?.text).to.equal("a");
  });

  it("gets a doubled write once", async () => {
    proxy.trouble = "doubled";
    expect(await store.write("journal", "a")).to.be.a("string");
    expect((await store.read("journal"))?.text).to.equal("a");
  });

  for (const trouble of ["failing", "lost answers"] satisfies Trouble[]) {
    it(`is named in the error while ${trouble}`, async () => {
      proxy.trouble = trouble;
      const said = await store.write(trouble, "a").catch((error: Error) => error.message);
      expect(said).to.include("stores the releases, has failed");
      const isDone = [...s3.objects.keys()].some((name) => name.endsWith(trouble));
      expect(isDone).to.equal(trouble === "lost answers");
    });
  }
});
