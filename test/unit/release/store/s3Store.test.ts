import { expect } from "chai";
import { realClock } from "../../../../release/store/clock.ts";
import { Lease } from "../../../../release/store/lease.ts";
import { openStore } from "../../../../release/store/openStore.ts";
import type { Store } from "../../../../release/store/store.ts";
import { PlainS3, type PlainS3Options } from "../../../helpers/plainS3.ts";
import { strangeOwner } from "../../../helpers/releaseStore.ts";

const KEY = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };

describe("a store in a bucket", () => {
  const environment = { ...process.env };
  let s3: PlainS3;

  before(() => Object.assign(process.env, KEY));
  after(() => {
    for (const name of Object.keys(KEY)) delete process.env[name];
    Object.assign(process.env, environment);
  });
  afterEach(() => s3.stop());

  async function open(options?: PlainS3Options): Promise<Store> {
    s3 = await PlainS3.start(options);
    return openStore(s3.url, "shop", "prod");
  }

  const message = async (work: Promise<unknown>) =>
    ((await work.catch((error: Error) => error)) as Error).message;

  it("proves its conditions once, and keeps the proof in the bucket", async () => {
    const store = await open();
    const first = await store.write("lock", "a");
    expect(await store.write("lock", "b")).to.equal(undefined);
    expect(await store.write("lock", "b", first)).to.be.a("string");
    const folder = ".pulumi/releases/shop/prod/";
    expect([...s3.objects.keys()]).to.deep.equal([`${folder}conditional-writes`, `${folder}lock`]);
    const again = await openStore(s3.url, "shop", "prod");
    expect(await again.write("lock", "c")).to.equal(undefined);
  });

  for (const header of ["if-none-match", "if-match"] as const) {
    it(`is refused where ${header} is ignored, before two owners get one lock`, async () => {
      const store = await open({ ignores: [header] });
      const taker = { owner: strangeOwner("ann"), doing: "release" };
      const said = await message(Lease.take(store, taker, realClock));
      expect(said.toLowerCase()).to.include(`ignores ${header}`);
      expect(said).to.include("pulumi config set --path release.store");
      expect([...s3.objects.keys()].join()).not.to.include("lock");
    });
  }

  it("is read without a proof, which needs the right to write", async () => {
    const store = await open({ ignores: ["if-none-match", "if-match"] });
    expect(await store.read("lock")).to.equal(undefined);
    expect(await store.list("history/")).to.deep.equal([]);
    expect(s3.objects.size).to.equal(0);
  });

  it("works where newer checksums are refused", async () => {
    const store = await open({ refusesChecksums: true });
    const version = await store.write("history/1", "a");
    expect(await store.read("history/1")).to.deep.equal({ text: "a", version });
    expect(await store.list("history/")).to.deep.equal(["history/1"]);
    expect(s3.checksums).to.deep.equal([]);
  });

  it("names a bucket that does not exist, instead of waiting for its lock", async () => {
    await open();
    const store = await openStore(s3.url.replace("releases", "relaeses"), "shop", "prod");
    expect(await message(store.read("lock"))).to.match(/s3:\/\/relaeses.*NoSuchBucket/);
    expect(await message(store.write("lock", "a"))).to.match(/s3:\/\/relaeses.*NoSuchBucket/);
  });
});
