import { expect } from "chai";
import type { Load } from "../../../load/index.ts";
import { askApp, startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen, configured, lastRelease } from "../../helpers/bluegreen.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import type { EmulatedCloud } from "../../../dev/emulators/registry/registryBeside.ts";
import type { EmulatedAccount } from "../../helpers/emulatedAccount.ts";
import { buildFaultyApp } from "../../helpers/faultyImage.ts";
import { buildApp } from "../../helpers/images.ts";
import type { TestStack } from "../../helpers/testStack.ts";

/** Header of the example app: Octavia does not say which color has answered. */
const APP_HEADER = "X-Deployment-Color";

interface Place {
  readonly title: string;
  readonly open: () => Promise<EmulatedAccount<EmulatedCloud>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** DigitalOcean's managed balancer has no weights. */
  readonly hasCanary: boolean;
  /** How many keep-alive requests the balancer may cut in a release; see docs/ovh.md. */
  readonly mostCut: number;
}

const PLACES: readonly Place[] = [
  {
    title: "droplets behind two edges",
    open: () => CloudAccount.open(),
    config: { balancer: "edge" },
    hasCanary: true,
    mostCut: 0,
  },
  {
    title: "droplets behind the managed balancer",
    open: () => CloudAccount.open(),
    config: {},
    hasCanary: false,
    mostCut: 0,
  },
  {
    title: "instances behind an edge",
    open: () => CloudProject.open(),
    config: { balancer: "edge", edge: { hosts: 1 } },
    hasCanary: true,
    mostCut: 0,
  },
  {
    title: "instances behind Octavia",
    open: () => CloudProject.open(),
    config: { edge: { colorHeader: APP_HEADER } },
    hasCanary: true,
    mostCut: 4,
  },
];

for (const { title, open, config, hasCanary, mostCut } of PLACES) {
  describe(`releases on ${title}`, function () {
    this.timeout(900_000);
    let account: EmulatedAccount<EmulatedCloud>;
    let stack: TestStack;
    let url: string;

    before(async () => {
      account = await open();
      stack = await account.createStack({
        activeColor: "blue",
        blue: { image: await account.push(await buildApp("c1")), count: 1 },
        drainSeconds: 5,
        release: {
          steps: hasCanary ? [{ weight: 50, durationSeconds: 3, minRequests: 50 }] : [],
          watchSeconds: 20,
          // Test machines are busy, so latency says little.
          maxLatencyRatio: 50,
          probe: { path: "/", ratePerSecond: 30 },
        },
        ...config,
      });
      await stack.mustUp();
      url = String((await stack.outputs())["url"]);
    });
    afterEach(stopUsers);
    after(() => account.close());

    async function expectServed(users: Load): Promise<void> {
      const report = await users.stop();
      expect(report.failedTotal, JSON.stringify(report.failures)).to.be.at.most(mostCut);
      expect(report.total).to.be.at.least(200);
    }

    /** Expects that config, state and balancer agree and that this color has all users. */
    async function expectLive(color: string, version: string): Promise<void> {
      expect(await askApp(url)).to.include({ color, version });
      expect(await configured(stack, "activeColor")).to.equal(color);
      expect(await stack.previewSteps()).to.deep.equal([]);
    }

    async function release(image: string) {
      return bluegreen(stack, "release", "--image", await account.push(image), "--yes");
    }

    it("release an image to all users", async () => {
      const users = startUsers(url, { colorHeader: APP_HEADER, ratePerSecond: 60 });
      const { code, output } = await release(await buildApp("c2"));
      expect(code, output).to.equal(0);
      await expectServed(users);
      await expectLive("green", "c2");
      const { outcome, steps } = await lastRelease(stack);
      expect(outcome).to.equal("released");
      const canary = hasCanary ? ["canary-50"] : [];
      expect(steps.map(({ name }) => name)).to.eql(["deploy", ...canary, "switch", "watch"]);
    });

    it("roll back an image that fails a fifth of the requests", async () => {
      const users = startUsers(url, { colorHeader: APP_HEADER, ratePerSecond: 60 });
      const { code, output } = await release(await buildFaultyApp("c3", { errors: 20 }));
      expect(code, output).to.equal(4);
      const { byReason } = await users.stop();
      expect(byReason).to.have.property("status");
      const { outcome, steps } = await lastRelease(stack);
      expect(outcome).to.equal("rolled-back");
      expect(steps.at(-1)?.verdict?.outcome).to.equal("FAIL");
      await expectLive("green", "c2");
    });

    it("roll back immediately", async () => {
      const before = await askApp(url);
      // Where a balancer counts requests, a release without users would wait for them.
      const users = startUsers(url, { colorHeader: APP_HEADER, ratePerSecond: 60 });
      const { code: released, output: said } = await release(await buildApp("c4"));
      expect(released, said).to.equal(0);
      const { code, output } = await bluegreen(stack, "rollback", "--now", "--yes");
      expect(code, output).to.equal(0);
      console.log(
        `      ${/route.*has the traffic.*|.*has the traffic.*/.exec(output)?.[0] ?? ""}`,
      );
      await expectServed(users);
      await expectLive(before.color, before.version);
    });
  });
}
