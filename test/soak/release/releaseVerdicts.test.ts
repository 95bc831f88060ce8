import { expect } from "chai";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { lastRelease } from "../../helpers/bluegreen.ts";
import { buildFaultyApp, type Fault } from "../../helpers/faultyImage.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";

interface Bad {
  readonly title: string;
  readonly version: string;
  readonly fault: Fault;
  /** Percent of users that the canary sends to it. */
  readonly weight: number;
  readonly maxLatencyRatio?: number;
  readonly step: RegExp;
  readonly reason: RegExp;
}

/** Of the users; see steadyLoad. */
const CONNECTIONS = 12;

/** The load sends 120 requests per second. */
const BAD: readonly Bad[] = [
  {
    title: "fails 2 % of the requests",
    version: "bad2",
    fault: { errors: 2 },
    weight: 50,
    step: /canary-50/,
    reason: /fails more often than/,
  },
  {
    title: "is only slow",
    version: "slow",
    fault: { slowMs: 250 },
    weight: 50,
    maxLatencyRatio: 2,
    step: /canary-50/,
    reason: /takes more than 2 times as long/,
  },
  {
    title: "can't take the load of all users",
    version: "weak",
    fault: { errors: 30, abovePerSecond: 70 },
    weight: 25,
    step: /switch|watch/,
    reason: /fails more often than/,
  },
];

describe("a bad version", function () {
  this.timeout(600_000);
  let releases: ReleasingStack;

  before(async () => {
    releases = await ReleasingStack.create({
      steps: [{ weight: 50, durationSeconds: 5, minRequests: 50 }],
      watchSeconds: 60,
    });
  });
  afterEach(stopUsers);
  after(() => releases.stack.remove());

  for (const { title, version, fault, weight, maxLatencyRatio = 50, step, reason } of BAD) {
    it(`is rolled back if it ${title}`, async () => {
      const { stack } = releases;
      const { from, to } = await releases.colors();
      await releases.configure({
        "release.steps[0].weight": weight,
        "release.maxLatencyRatio": maxLatencyRatio,
      });
      const users = startUsers(stack.url);
      const { code, output } = await releases.release(await buildFaultyApp(version, fault));
      const report = await users.stop();
      expect(code, output).to.equal(4);
      await releases.expectLive(from);
      const { outcome, reason: why, steps, met } = await lastRelease(stack);
      expect(outcome).to.equal("rolled-back");
      expect(steps.at(-1)?.name).to.match(step);
      expect(steps.at(-1)?.verdict?.outcome).to.equal("FAIL");
      expect(why).to.match(reason);
      // The answers it gave to users, except one per connection that may have come later.
      const answers = report.byColor[to] ?? 0;
      expect(met?.requests).to.be.at.least(answers - CONNECTIONS);
      console.log(`      ${met?.requests} requests reached it, ${met?.failures} failed: ${why}`);
    });
  }
});
