import { expect } from "chai";
import { GRANT_SECONDS } from "../../lib/grant.ts";
import { askMany, eventually, startUsers, stopUsers } from "../helpers/asking.ts";
import { bluegreen } from "../helpers/bluegreen.ts";
import { ReleasingStack } from "../helpers/releasingStack.ts";
import { docker } from "../helpers/testStack.ts";
import { expectUnharmed } from "../helpers/traffic.ts";

describe("a release that falls silent", function () {
  this.timeout(300_000);
  let releases: ReleasingStack;

  before(async () => {
    const steps = [{ weight: 50, durationSeconds: 3600, minRequests: 100 }];
    releases = await ReleasingStack.create({ steps, watchSeconds: 10 });
  });
  afterEach(stopUsers);
  after(() => releases.stack.remove());

  /** Starts a release, and kills its command with SIGKILL once the balancer has this route. */
  async function killAt(route: string): Promise<void> {
    const { child } = releases.start("release", "--image", await releases.nextImage());
    const look = () => releases.stack.route();
    await eventually(`the route is ${route}`, look, (real) => real === route, 180);
    child.kill("SIGKILL");
    await child;
  }

  it("loses its canary's share by itself, without a failed request, and is aborted", async () => {
    const { stack } = releases;
    const users = startUsers(stack.url);
    await killAt("blue:500:on");
    const silentAt = Date.now();
    await eventually(
      "the edge takes the traffic back",
      () => stack.route(),
      (real) => real === "blue:0:off",
      GRANT_SECONDS + 10,
    );
    expect((Date.now() - silentAt) / 1000).to.be.greaterThan(GRANT_SECONDS - 15);
    expect((await askMany(stack.url, 200)).byColor).to.have.all.keys("blue");
    expectUnharmed(await users.stop(), "blue", "green");
    const { output } = await bluegreen(stack, "status");
    expect(output).to.include("The release fell silent, so the balancer took the traffic back at");
    expect(output).to.include("route    blue");
    const aborted = await releases.run("abort");
    expect(aborted.code, aborted.output).to.equal(0);
    await releases.expectLive("blue");
  });

  it("loses its traffic during the watch too, and resumes by giving it again", async () => {
    const { stack } = releases;
    await releases.configure({ "release.steps": undefined });
    await killAt("green:0:off");
    // The rest of the minute is what the first test has waited for.
    await docker("exec", stack.edge, "sh", "/edge/grant", "renew", "3");
    await eventually(
      "the edge takes the traffic back",
      () => stack.route(),
      (real) => real === "blue:0:off",
    );
    const users = startUsers(stack.url);
    const resumed = await releases.run("resume");
    expectUnharmed(await users.stop(), "blue", "green");
    expect(resumed.code, resumed.output).to.equal(0);
    expect(resumed.output).to.include("is live on green");
    await releases.expectLive("green");
    expect(await docker("exec", stack.edge, "cat", "/edge/route.map")).to.include("green:0:off");
  });
});
