import { expect } from "chai";
import type { ColorSample } from "../../../../release/judge/types.ts";
import { LiveWatch } from "../../../../release/run/liveWatch.ts";
import { runRelease } from "../../../../release/run/runRelease.ts";
import { readHistory } from "../../../../release/store/journal.ts";
import { FakeRelease } from "../../../helpers/fakeRelease.ts";
import { sample, second } from "../../../helpers/measurements.ts";
import { removeStores } from "../../../helpers/releaseStore.ts";

/** A watch of blue, after so many seconds of its answers beside those of green. */
function watchAfter(seconds: number, before: ColorSample, now: ColorSample, green = sample(0)) {
  const watch = new LiveWatch("blue", before, 95);
  for (let at = 0; at < seconds; at++) watch.add(second(green, now));
  return watch;
}

describe("the watch of the live color", () => {
  it("names it once it fails more often than before the release", () => {
    const watch = watchAfter(5, sample(10_000, 3), sample(20, 20));
    expect(watch.problem(true)).to.equal(
      "blue began to fail while green was deployed: 20 of 20 (100 %) requests failed, 3 of 10,000 (0.03 %) before that",
    );
    expect(watch.problem(false)).to.match(/^blue began to fail during the release of green: /);
  });

  it("takes what was wrong before, some failures, and what green does, for no sign", () => {
    expect(watchAfter(60, sample(1000, 200), sample(20, 4)).problem(true)).to.equal(undefined);
    expect(watchAfter(60, sample(10_000, 0), sample(100, 0)).problem(true)).to.equal(undefined);
    const bad = watchAfter(60, sample(10_000, 0), sample(100, 0), sample(50, 50));
    expect(bad.problem(false)).to.equal(undefined);
  });

  it("says nothing where there is nothing to compare with", () => {
    expect(watchAfter(5, sample(0), sample(20, 20)).problem(true)).to.equal(undefined);
  });
});

describe("a release during which the live color begins to fail", function () {
  this.timeout(20_000);
  let release: FakeRelease;

  afterEach(() => release.close());
  after(removeStores);

  async function outcomeOf(isBad: () => boolean) {
    const watch = new LiveWatch("blue", sample(10_000), 95);
    const measure = () => Promise.resolve(second(sample(0), sample(100, isBad() ? 100 : 0)));
    const source = { name: "edge" as const, measure, close: () => Promise.resolve() };
    release.live = { watch, source };
    const context = await release.open();
    const outcome = await runRelease(context);
    const [record] = await readHistory(context.store);
    return { outcome, reason: record?.reason, steps: record?.steps.map(({ name }) => name) };
  }

  it("stops after its deploy, and the idle color has its old image again", async () => {
    release = new FakeRelease();
    const { outcome, reason, steps } = await outcomeOf(() => true);
    expect(outcome).to.equal("rolled-back");
    expect(reason).to.match(/^blue began to fail while green was deployed: 100 of 100/);
    expect(steps).to.deep.equal(["deploy"]);
    expect(release.file["green"]).to.include({ image: "app:v0" });
  });

  it("goes on while it is as good as before", async () => {
    release = new FakeRelease();
    expect((await outcomeOf(() => false)).outcome).to.equal("released");
  });
});
