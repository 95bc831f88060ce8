import { expect } from "chai";
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

  it("loses its canary's share by itself, without a failed request, and is aborted", async () => {
    const { stack } = releases;
    const users = startUsers(stack.url);
    const look = () => stack.route();
    const { child } = releases.start("release", "--image", await releases.nextImage());
    await eventually("the canary", look, (route) => route === "blue:500:on", 180);
    child.kill("SIGKILL");
    await child;
    // What is left of the minute would only be waited for.
    await docker("exec", stack.edge, "sh", "/edge/grant", "renew", "3");
    await eventually("the edge takes it back", look, (route) => route === "blue:0:off");
    expect((await askMany(stack.url, 200)).byColor).to.have.all.keys("blue");
    expectUnharmed(await users.stop(), "blue", "green");
    const { output } = await bluegreen(stack, "status");
    expect(output).to.include("The release fell silent, so the balancer took the traffic back at");
    expect(output).to.include("route    blue");
    const aborted = await releases.run("abort");
    expect(aborted.code, aborted.output).to.equal(0);
    await releases.expectLive("blue");
  });
});
