import { expect } from "chai";
import type { Color } from "../../lib/color.ts";
import {
  askApp,
  hostsBehind,
  routeEverywhere,
  sameEverywhere,
  startUsers,
  stopUsers,
} from "./asking.ts";
import { buildApp } from "./images.ts";
import { killUp, recover, seededRandom } from "./interruption.ts";
import { TestStack } from "./testStack.ts";
import { expectUnharmed } from "./traffic.ts";

/**
 * One release per seed, each of whose `up`s is killed at a random moment: the deploy, an `up` that
 * would switch to a broken release, and the switch back.
 */
export function describeInterruptedReleases(seeds: readonly number[]): void {
  describe("a release whose CLI is killed repeatedly", () => {
    let stack: TestStack;

    before(async () => {
      await buildApp("v2");
      stack = await TestStack.create({
        activeColor: "blue",
        blue: { image: await buildApp("v1"), count: 2 },
        // Must differ from the first release, which would have nothing to deploy.
        green: { image: `blue-green-tested:${versionOf((seeds[0] ?? 0) + 1)}`, count: 2 },
        smoke: [{ path: "/", contains: "version" }],
        drainSeconds: 1,
        app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
      });
      await stack.mustUp();
    });
    afterEach(stopUsers);
    after(() => stack.remove());

    for (const seed of seeds) {
      const random = seededRandom(seed);
      const version = versionOf(seed);

      it(`keeps serving and converges (seed ${seed}: deploy)`, async () => {
        const load = startUsers(stack.url);
        await stack.set({ green: { image: `blue-green-tested:${version}`, count: 2 } });
        const resource = random() < 0.3 ? "green-image" : "green-1";
        await killUp(stack, { resource, delayMs: random() * 3000 });
        await recover(stack);
        expectUnharmed(await load.stop(), "blue");
        await expectConverged("blue", "green", version);
      });

      it(`keeps serving and converges (seed ${seed}: gate of a broken release)`, async () => {
        const load = startUsers(stack.url);
        const good = { image: `blue-green-tested:${version}`, count: 2 };
        await stack.set({ activeColor: "green", green: { ...good, env: { FAIL_BODY: "1" } } });
        await killUp(stack, { resource: "gate", delayMs: random() * 5000 });
        expect(await stack.route()).to.equal("blue:0:off");
        expect(load.snapshot().byColor).to.have.all.keys("blue");
        await stack.set({ green: good });
        await recover(stack);
        expectUnharmed(await load.stop(), "blue", "green");
        await expectConverged("green", "green", version);
      });

      it(`keeps serving and converges (seed ${seed}: switch)`, async () => {
        const load = startUsers(stack.url);
        await stack.set({ activeColor: "blue" });
        const resource = random() < 0.3 ? "gate" : "edge-route";
        await killUp(stack, { resource, delayMs: random() * 700 });
        await recover(stack);
        expectUnharmed(await load.stop(), "blue", "green");
        await expectConverged("blue", "green", version);
      });
    }

    async function expectConverged(active: Color, of: Color, version: string): Promise<void> {
      expect(await routeEverywhere(stack)).to.deep.equal(sameEverywhere(`${active}:0:off`));
      expect((await askApp(stack.url)).color).to.equal(active);
      const url = active === of ? stack.url : stack.previewUrl;
      expect(await askApp(url)).to.include({ color: of, version });
      expect(await hostsBehind(url)).to.deep.equal([`${of}-1`, `${of}-2`]);
      expect(await stack.previewSteps()).to.deep.equal([]);
      expect((await stack.outputs())["activeColor"]).to.equal(active);
    }
  });
}

function versionOf(seed: number): string {
  return seed % 2 === 0 ? "v1" : "v2";
}
