import { hostname } from "node:os";
import { expect } from "chai";
import { lockFolder, waitForStateLock } from "../../../release/engine/stateLock.ts";
import { realClock } from "../../../release/store/clock.ts";
import { appendHistory, type Journal, readHistory } from "../../../release/store/journal.ts";
import { Lease, LockedError } from "../../../release/store/lease.ts";
import { openBucket, openStore } from "../../../release/store/openStore.ts";
import type { Store } from "../../../release/store/store.ts";
import { Spaces } from "../../../dev/emulators/spaces/spaces.ts";
import { strangeOwner } from "../../helpers/releaseStore.ts";

const BUCKET = { region: "fra1", bucket: "shop-releases" };

describe("a store of releases in an S3 bucket", () => {
  let spaces: Spaces;
  const environment = { ...process.env };

  before(async () => {
    spaces = await Spaces.start(BUCKET);
    Object.assign(process.env, spaces.environment);
  });
  after(async () => {
    for (const name of Object.keys(spaces.environment)) delete process.env[name];
    Object.assign(process.env, environment);
    await spaces.remove();
  });

  function open(stack: string): Promise<Store> {
    return openStore(spaces.url(BUCKET), "blue-green", stack);
  }

  it("accepts only a change of the current version", async () => {
    const store = await open("versions");
    expect(await store.read("lock")).to.equal(undefined);
    const first = await store.write("lock", "a");
    expect(await store.write("lock", "b")).to.equal(undefined);
    const second = await store.write("lock", "b", first);
    expect(second).not.to.equal(undefined);
    expect(await store.write("lock", "c", first)).to.equal(undefined);
    expect((await store.read("lock"))?.text).to.equal("b");
  });

  it("lets one of many writers of the same version succeed", async () => {
    // Each in a process of its own.
    const writers = await Promise.all(Array.from({ length: 8 }, () => open("race")));
    const [store] = writers as [Store, ...Store[]];
    let version = await store.write("lock", "start");
    for (let round = 0; round < 10; round++) {
      const tries = writers.map((writer, at) =>
        writer.write("lock", `round ${round}, ${at}`, version),
      );
      const versions = (await Promise.all(tries)).filter((one) => one !== undefined);
      expect(versions, `round ${round}`).to.have.length(1);
      [version] = versions;
      expect((await store.read("lock"))?.version).to.equal(version);
    }
  });

  it("holds a lease that excludes a second owner and expires", async () => {
    const store = await open("lease");
    const ann = await Lease.take(store, { owner: strangeOwner("ann"), doing: "a" }, realClock);
    ann.startRenewing();
    const bob = { owner: strangeOwner("bob"), doing: "b" };
    const refusal = await Lease.take(store, bob, realClock).catch((error: Error) => error);
    expect(refusal).to.be.instanceOf(LockedError);
    await ann.free();
    const dead = await Lease.take(store, bob, realClock);
    const next = await Lease.take(store, { owner: strangeOwner("eve"), doing: "e" }, realClock);
    expect([dead.fence, next.fence]).to.deep.equal([2, 3]);
    expect(() => dead.check()).to.throw("has lost its lock");
  });

  it("lists the history in order", async () => {
    const store = await open("history");
    for (const id of ["20260102", "20260101"]) {
      await appendHistory(store, { plan: { id } } as Journal);
    }
    const ids = (await readHistory(store)).map(({ plan }) => plan.id);
    expect(ids).to.deep.equal(["20260101", "20260102"]);
  });

  it("recognizes the stale state lock of a command that has ended", async () => {
    const place = { backendUrl: spaces.url(BUCKET), project: "blue-green", stack: "locked" };
    expect(await waitForStateLock(place, realClock)).to.equal("free");
    const bucket = await openBucket(place.backendUrl, lockFolder("blue-green", "locked"));
    const holder = { pid: 99_999_999, username: "ann", hostname: hostname(), timestamp: "now" };
    await bucket.write("1.json", JSON.stringify(holder));
    expect(await waitForStateLock(place, realClock)).to.equal("stale");
  });

  it("names a bucket that cannot be reached", async () => {
    const store = await openStore(
      "s3://b?endpoint=http://127.0.0.1:1&region=x",
      "blue-green",
      "none",
    );
    const error = await store.read("lock").catch((caught: Error) => caught);
    expect((error as Error).message).to.match(/s3:\/\/b\/.* has failed/);
  });
});
