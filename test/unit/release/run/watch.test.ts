import { expect } from "chai";
import { EXIT, exitCodeOf } from "../../../../release/cli/exitCodes.ts";
import { runRelease } from "../../../../release/run/runRelease.ts";
import { readHistory } from "../../../../release/store/journal.ts";
import { FakeRelease } from "../../../helpers/fakeRelease.ts";
import { removeStores } from "../../../helpers/releaseStore.ts";

describe("a watch in which the new color's containers restart", function () {
  this.timeout(20_000);
  let release: FakeRelease;

  afterEach(() => release.close());
  after(removeStores);

  for (const isQuiet of [false, true]) {
    it(`ends as a failure, ${isQuiet ? "with too few requests" : "whatever its requests say"}`, async () => {
      release = new FakeRelease({ watchSeconds: 1 });
      release.isQuiet = isQuiet;
      release.crash = "shop-green-1 was restarted 3 times";
      const context = await release.open();
      expect(await runRelease(context)).to.equal("rolled-back");
      const [record] = await readHistory(context.store);
      expect(record?.reason).to.equal(release.crash);
      expect(release.real.active).to.equal("blue");
    });
  }
});

describe("a watch with too few requests for a verdict", function () {
  this.timeout(20_000);
  let release: FakeRelease;

  afterEach(() => release.close());
  after(removeStores);

  async function outcomeWith(watchUndecided?: string) {
    release = new FakeRelease({ watchSeconds: 3, ...(watchUndecided && { watchUndecided }) });
    release.isQuiet = true;
    const context = await release.open();
    const outcome = await runRelease(context);
    const [record] = await readHistory(context.store);
    return { outcome, reason: record?.reason, active: release.real.active };
  }

  it("ends with a word and an exit code of its own", async () => {
    expect(await outcomeWith()).to.deep.equal({
      outcome: "undecided",
      reason: "too few requests in 3 s: 3 requests",
      active: "green",
    });
    const over = release.events.find((event) => event.event === "over");
    expect(over?.text)
      .to.match(/^app:v2 is live on green, after .*, without a verdict: too few requests in 3 s/)
      .and.to.match(/\nAll users have it, .*release\.watchSeconds.*release\.watchUndecided wait/);
    expect(exitCodeOf("release", "undecided")).to.equal(EXIT.undecided).and.not.equal(EXIT.ok);
  });

  it("is rolled back, if the setting says so", async () => {
    expect(await outcomeWith("rollback")).to.include({ outcome: "rolled-back", active: "blue" });
  });

  it("waits for a person, if the setting says so, and then rolls back", async () => {
    expect(await outcomeWith("wait")).to.include({ outcome: "aborted", active: "blue" });
    const waiting = release.events.filter(({ event }) => event === "waiting");
    expect(waiting).to.have.length(1);
  });
});
