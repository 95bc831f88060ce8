import { expect } from "chai";
import { expectNoFailure, startUsers, stopUsers } from "../../helpers/asking.ts";
import { lastRelease } from "../../helpers/bluegreen.ts";
import { buildFaultyApp } from "../../helpers/faultyImage.ts";
import { type Prometheus, startPrometheus } from "../../helpers/prometheus.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";

/** What the example app counts for users; a color without requests has no such counter yet. */
const counted = (more: string) =>
  `sum(http_requests_total{color="{{color}}",path="/"${more}}) or vector(0)`;

describe("a release judged by Prometheus", function () {
  this.timeout(600_000);
  let releases: ReleasingStack;
  let prometheus: Prometheus;

  before(async () => {
    releases = await ReleasingStack.create({
      steps: [{ weight: 50, durationSeconds: 5, minRequests: 50 }],
      watchSeconds: 10,
    });
    prometheus = await startPrometheus(releases.stack);
    await releases.configure({
      "release.source": "prometheus",
      "release.prometheus.url": prometheus.url,
      "release.prometheus.requests": counted(""),
      "release.prometheus.errors": counted(',status=~"5.."'),
      "release.prometheus.latency":
        'sum by (le) (http_request_duration_seconds_bucket{color="{{color}}",path="/"})',
    });
  });
  afterEach(stopUsers);
  after(async () => {
    await prometheus?.stop();
    await releases?.stack.remove();
  });

  it("passes on the scraped counters", async () => {
    const users = startUsers(releases.stack.url);
    const { code, output } = await releases.release(await releases.nextImage());
    expect(code, output).to.equal(0);
    expectNoFailure(await users.stop());
    await releases.expectLive("green");
    const { steps } = await lastRelease(releases.stack);
    const verdict = steps.find(({ name }) => name === "canary-50")?.verdict;
    expect(verdict?.outcome).to.equal("PASS");
    expect(verdict?.numbers).to.have.property("p95");
    console.log(`      ${verdict?.reason}`);
  });

  it("is rolled back on the scraped counters", async () => {
    const users = startUsers(releases.stack.url);
    const { code, output } = await releases.release(await buildFaultyApp("p20", { errors: 20 }));
    expect(code, output).to.equal(4);
    await users.stop();
    await releases.expectLive("green");
    const { reason } = await lastRelease(releases.stack);
    expect(reason).to.match(/fails more often than/);
    console.log(`      ${reason}`);
  });

  it("is refused when Prometheus is down", async () => {
    await prometheus.stop();
    const { code, output } = await releases.release(await releases.nextImage());
    expect(code, output).to.equal(3);
    expect(output).to.include("release.source: prometheus can't be read");
    await releases.expectLive("green");
  });
});
