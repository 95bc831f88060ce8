import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { realClock } from "../../../../release/store/clock.ts";
import {
  Lease,
  LEASE_MS,
  LockedError,
  lockState,
  readLock,
} from "../../../../release/store/lease.ts";
import { ReadBackStore } from "../../../../release/store/readBackStore.ts";
import type { Store } from "../../../../release/store/store.ts";
import { thisOwner } from "../../../../release/store/owner.ts";
import { eventually } from "../../../helpers/asking.ts";
import { FakeClock, makeStore, removeStores, strangeOwner } from "../../../helpers/releaseStore.ts";

const HOLDER = fileURLToPath(new URL("../../../helpers/leaseHolder.ts", import.meta.url));

const ann = { owner: strangeOwner("ann"), doing: "release app:v2" };
const bob = { owner: strangeOwner("bob"), doing: "release app:v3" };

/** The error a promise rejects with. */
async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.fail("it was done"),
    (error: Error) => error,
  );
}

function holder(folder: string, rounds: number) {
  return spawn(process.execPath, ["--import", "tsx", HOLDER, folder, String(rounds)], {
    stdio: "inherit",
  });
}

describe("the lease of a stack's releases", () => {
  after(removeStores);

  it("passes to the next owner when released, with a higher number", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    const first = await Lease.take(store, ann, clock);
    await first.free();
    const second = await Lease.take(store, bob, clock);
    expect([first.fence, second.fence]).to.deep.equal([1, 2]);
  });

  it("refuses a second owner while the first is alive, and names the first", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    const lease = await Lease.take(store, ann, clock);
    lease.startRenewing();
    const error = await failure(Lease.take(store, bob, clock));
    await lease.free();
    expect(error).to.be.instanceOf(LockedError);
    expect(error.message).to.include("release app:v2, by ann (pid 1 on ann-machine)");
  });

  it("passes to another owner when it has not been renewed for long enough", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    const dead = await Lease.take(store, ann, clock);
    const before = clock.now();
    const next = await Lease.take(store, bob, clock);
    expect(clock.now() - before).to.be.within(LEASE_MS, LEASE_MS + 2000);
    expect(next.fence).to.equal(2);
    expect(() => next.check()).not.to.throw();
    expect(() => dead.check()).to.throw("has lost its lock");
  });

  it("remembers an owner that died, through later owners", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    const first = await Lease.take(store, ann, clock);
    expect(first.dead).to.equal(undefined);
    const next = await Lease.take(store, bob, clock);
    expect(next.dead).to.include({ host: "ann-machine", fence: 1 });
    await next.free();
    const last = await Lease.take(store, ann, clock);
    expect(last.dead).to.deep.equal(next.dead);
  });

  it("is dead to others once it is silent for longer than a live owner would be", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    await Lease.take(store, ann, clock);
    const state = async (isGone = false) =>
      lockState((await readLock(store))?.lease, isGone, clock.now());
    expect(await state()).to.equal("held");
    expect(await state(true)).to.equal("dead");
    clock.pass(LEASE_MS + 1);
    expect(await state()).to.equal("dead");
    const held = await Lease.take(store, bob, clock);
    await held.hold(clock.now() + 1000);
    expect(await state()).to.equal("on-hold");
    clock.pass(2000);
    expect(await state()).to.equal("free");
    await held.free();
    expect(await state(true)).to.equal("free");
  });

  it("is lost to an owner that wakes up after it was taken", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    const sleeper = await Lease.take(store, ann, clock);
    const next = await Lease.take(store, bob, clock);
    await sleeper.renew();
    expect(() => sleeper.check()).to.throw("has lost its lock");
    await sleeper.free();
    await next.renew();
    expect(() => next.check()).not.to.throw();
  });

  it("can be held without a process, until its time is over", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    const lease = await Lease.take(store, { ...ann, doing: "database maintenance" }, clock);
    await lease.hold(clock.now() + 3_600_000);
    clock.pass(3_599_000);
    const error = await failure(Lease.take(store, bob, clock));
    expect(error).to.be.instanceOf(LockedError);
    expect(error.message).to.match(/^ann on ann-machine holds .*: database maintenance\.\n/);
    clock.pass(1000);
    expect((await Lease.take(store, bob, clock)).fence).to.equal(2);
  });

  it("is taken when the store refuses the next try of a write that it has done", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    let isLost = true;
    const refusing: Store = {
      place: store.place,
      read: (name) => store.read(name),
      list: (prefix) => store.list(prefix),
      write: async (name, text, version) => {
        const written = await store.write(name, text, version);
        return isLost ? undefined : written;
      },
    };
    const before = clock.now();
    const lease = await Lease.take(new ReadBackStore(refusing), ann, clock);
    expect(clock.now()).to.equal(before);
    isLost = false;
    await lease.renew();
    expect(() => lease.check()).not.to.throw();
    expect(lease.fence).to.equal(1);
  });

  it("expires on its owner's clock before another owner may take it", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    const lease = await Lease.take(store, ann, clock);
    clock.pass(LEASE_MS - 1);
    expect(() => lease.check()).not.to.throw();
    clock.pass(1);
    expect(() => lease.check()).to.throw("was not renewed in time");
  });

  it("passes to one of many that see it expire at the same time", async () => {
    const [store, clock] = [await makeStore(), new FakeClock()];
    await Lease.take(store, ann, clock);
    const takers = Array.from({ length: 8 }, (_, at) =>
      Lease.take(store, { owner: strangeOwner(`taker${at}`), doing: "take" }, clock).catch(
        (error: Error) => error,
      ),
    );
    const taken = await Promise.all(takers);
    expect(taken.filter((one) => one instanceof Lease)).to.have.length(1);
    expect(taken.filter((one) => one instanceof LockedError)).to.have.length(7);
  });

  it("is held by one process at a time", async () => {
    const store = await makeStore();
    const processes = [holder(store.place, 15), holder(store.place, 15), holder(store.place, 15)];
    const ends = await Promise.all(processes.map((child) => once(child, "exit")));
    expect(ends.map(([code]) => code as number)).to.deep.equal([0, 0, 0]);
    const log = (await readFile(join(store.place, "log"), "utf8")).trim().split("\n");
    expect(log).to.have.length(90);
    for (let at = 0; at < log.length; at += 2) {
      expect(log[at + 1]).to.equal(log[at]!.replace("has", "had"));
      expect(log[at]!.split(" ")[2]).to.equal(String(at / 2 + 1));
    }
  }).timeout(60_000);

  it("is free immediately if its owner was killed on this machine", async () => {
    const store = await makeStore();
    const child = holder(store.place, 0);
    await eventually(
      "the lock is held",
      () => store.read("lock"),
      (lock) => lock !== undefined,
    );
    const taker = { owner: await thisOwner(), doing: "take over" };
    expect(await failure(Lease.take(store, taker, realClock))).to.be.instanceOf(LockedError);
    child.kill("SIGKILL");
    await once(child, "exit");
    const started = Date.now();
    const lease = await Lease.take(store, taker, realClock);
    expect(Date.now() - started).to.be.below(LEASE_MS / 2);
    expect(lease.fence).to.equal(2);
  }).timeout(60_000);
});
