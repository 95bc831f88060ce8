import { expect } from "chai";
import {
  planRollback,
  rollbackTarget,
  planRetirement,
} from "../../../../release/plan/singleStepPlans.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import { readDecision, writeDecision } from "../../../../release/store/decision.ts";
import {
  appendHistory,
  type Journal,
  JournalFile,
  readFinished,
  readHistory,
} from "../../../../release/store/journal.ts";
import { ReadBackStore } from "../../../../release/store/readBackStore.ts";
import type { Store } from "../../../../release/store/store.ts";
import { makeStore, removeStores } from "../../../helpers/releaseStore.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const ASKED = { id: "20261121T120000Z-aaaa", stack: "prod", image: "app:v3" };

function journal(more: Partial<Journal> = {}): Journal {
  return {
    plan: planRelease(settingsFrom(MINIMAL), ASKED),
    by: "ann on laptop",
    startedAt: 1000,
    sequence: 1,
    overrides: {},
    steps: [],
    isUndone: false,
    isPaused: false,
    updates: [],
    ...more,
  };
}

const rollback = journal({
  plan: planRollback(settingsFrom(MINIMAL), "blue", ASKED, false),
  outcome: "rolled-back",
});

describe("the journal of a release", () => {
  after(removeStores);

  it("is read as it was written, until the release has ended", async () => {
    const store = await makeStore();
    const file = await JournalFile.open(store);
    expect(file.unfinished).to.equal(undefined);
    await file.write(journal());
    await file.change({ steps: [{ name: "deploy", beganAt: 1 }] });
    await file.changeStep({ endedAt: 2 });
    const again = await JournalFile.open(store);
    expect(again.unfinished?.steps).to.deep.equal([{ name: "deploy", beganAt: 1, endedAt: 2 }]);
    await again.change({ outcome: "released" });
    const { unfinished, last } = await JournalFile.open(store);
    expect(unfinished).to.equal(undefined);
    expect(last?.outcome).to.equal("released");
  });

  it("can be written again after a write whose answer was lost", async () => {
    const store = await makeStore();
    let isLost = false;
    const losing: Store = {
      place: store.place,
      read: (name) => store.read(name),
      list: (prefix) => store.list(prefix),
      write: async (name, text, version) => {
        const written = await store.write(name, text, version);
        if (isLost) throw new Error("no answer");
        return written;
      },
    };
    const file = await JournalFile.open(new ReadBackStore(losing));
    await file.write(journal());
    isLost = true;
    await file.note({ isPaused: true });
    await file.note({ reason: "green fails" });
    isLost = false;
    await file.change({ isUndone: true });
    const { last } = await JournalFile.open(store);
    expect(last).to.include({ isPaused: true, reason: "green fails", isUndone: true });
  });

  it("cannot be written by a command that was overtaken", async () => {
    const store = await makeStore();
    const first = await JournalFile.open(store);
    await first.write(journal());
    const second = await JournalFile.open(store);
    await second.change({ isUndone: true });
    const error = await first.change({ isPaused: true }).catch((caught: Error) => caught);
    expect((error as Error).message).to.include("Another command has taken over this release");
    expect((await JournalFile.open(store)).last?.isPaused).to.equal(false);
  });
});

describe("the history of releases", () => {
  after(removeStores);

  it("keeps the first entry of a release, in the order of the lock's numbers", async () => {
    const store = await makeStore();
    // By a clock that is behind.
    const later = journal({
      sequence: 12,
      plan: { ...journal().plan, id: "20251122T120000Z-bbbb" },
    });
    await appendHistory(store, later);
    await appendHistory(store, journal({ sequence: 2, outcome: "released" }));
    await appendHistory(store, journal({ sequence: 2, outcome: "failed" }));
    const ids = (await readHistory(store)).map(({ plan }) => plan.id);
    expect(ids).to.deep.equal([ASKED.id, later.plan.id]);
    expect((await readFinished(store, ASKED.id))?.outcome).to.equal("released");
    expect((await readHistory(store, 1)).map(({ plan }) => plan.id)).to.deep.equal([later.plan.id]);
  });
});

describe("a decision", () => {
  after(removeStores);

  it("to promote concerns one step, to abort the whole release", async () => {
    const store = await makeStore();
    const promote = { release: "1", word: "promote", step: "canary-5", by: "ann" } as const;
    await writeDecision(store, promote);
    expect(await readDecision(store, "1", "canary-5")).to.deep.equal(promote);
    expect(await readDecision(store, "1", "canary-25")).to.equal(undefined);
    expect(await readDecision(store, "2", "canary-5")).to.equal(undefined);
    await writeDecision(store, { ...promote, word: "abort" });
    expect((await readDecision(store, "1", "watch"))?.word).to.equal("abort");
  });
});

describe("a rollback", () => {
  it("returns to the color that the release has left, and does not repeat", () => {
    expect(rollbackTarget(undefined, "green", "app:v1")).to.equal("blue");
    expect(rollbackTarget(journal({ outcome: "released" }), "green", "app:v1")).to.equal("blue");
    expect(() => rollbackTarget(rollback, "blue", "app:v2")).to.throw(
      "was already rolled back to blue at",
    );
    // A person has switched since.
    expect(rollbackTarget(rollback, "green", "app:v1")).to.equal("blue");
    // A person has switched since, and back.
    expect(rollbackTarget(rollback, "blue", "app:v2", true)).to.equal("green");
  });

  it("is refused after a one-way release", () => {
    const { plan } = journal();
    const oneWay = journal({ plan: { ...plan, oneWay: "drops a column" }, outcome: "released" });
    expect(() => rollbackTarget(oneWay, "green", "app:v1")).to.throw("is one-way: drops a column");
  });

  it("is refused if it returns to an image that was rolled back", () => {
    const failed = journal({ outcome: "rolled-back", reason: "20 % of 300 requests failed" });
    expect(() => rollbackTarget(failed, "blue", "app:v3")).to.throw(
      "green has app:v3, which was rolled back: 20 % of 300 requests failed",
    );
    expect(rollbackTarget(failed, "blue", "app:v2")).to.equal("green");
  });

  it("has nothing to undo once the balancer is set", () => {
    const settings = settingsFrom({ ...MINIMAL, activeColor: "green" });
    const [asked] = planRollback(settings, "blue", ASKED, false).steps;
    const [routed] = planRollback(settings, "blue", ASKED, true).steps;
    expect(asked?.config).to.deep.equal([{ key: "activeColor", value: "blue" }]);
    expect(asked?.undo).to.deep.equal([{ key: "activeColor", value: "green" }]);
    expect(routed?.undo).to.deep.equal([]);
  });

  it("is refused if the other color was never deployed", () => {
    const settings = settingsFrom({ activeColor: "blue", blue: { image: "app:v1" } });
    expect(() => planRollback(settings, "green", ASKED, false)).to.throw(
      "Can't roll back to green",
    );
  });
});

describe("a retirement", () => {
  const MINUTE = 60_000;
  const settings = settingsFrom({ ...MINIMAL, release: { idleCount: 1, keepWarmMinutes: 10 } });
  const last = journal({ outcome: "released", endedAt: 0 });

  it("shrinks the idle color once it is no longer kept warm", () => {
    expect(() => planRetirement(settings, last, {}, ASKED, 10 * MINUTE - 1)).to.throw(
      "release.keepWarmMinutes: green is kept warm until 1970-01-01T00:10:00.000Z",
    );
    const { steps } = planRetirement(settings, last, {}, ASKED, 10 * MINUTE);
    expect(steps.map(({ config }) => config)).to.deep.equal([[{ key: "green.count", value: "1" }]]);
  });

  it("requires the number of hosts", () => {
    expect(() => planRetirement(settingsFrom(MINIMAL), last, {}, ASKED, 0)).to.throw(
      "release.idleCount: must be set",
    );
  });
});
