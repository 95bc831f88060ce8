import { expect } from "chai";
import { GRANT_SECONDS } from "../../../lib/grant.ts";
import { eventually, startUsers, stopUsers } from "../../helpers/asking.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";
import { docker } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

describe("a release that falls silent, in the cases that npm test leaves out", function () {
  this.timeout(300_000);
  let releases: ReleasingStack;

  before(async () => {
    releases = await ReleasingStack.create({ steps: [], watchSeconds: 10 });
  });
  afterEach(stopUsers);
  after(() => releases.stack.remove());

  it("loses its traffic a minute after its last word, in the watch, and resumes by giving it again", async () => {
    const { stack } = releases;
    const look = () => stack.route();
    const { child } = releases.start("release", "--image", await releases.nextImage());
    await eventually("the watch", look, (route) => route === "green:0:off", 180);
    child.kill("SIGKILL");
    await child;
    const silentAt = Date.now();
    const isBack = (route: string) => route === "blue:0:off";
    await eventually("the edge takes it back", look, isBack, GRANT_SECONDS + 10);
    expect((Date.now() - silentAt) / 1000).to.be.greaterThan(GRANT_SECONDS - 15);
    const users = startUsers(stack.url);
    const resumed = await releases.run("resume");
    expectUnharmed(await users.stop(), "blue", "green");
    expect(resumed.code, resumed.output).to.equal(0);
    expect(resumed.output).to.include("is live on green");
    await releases.expectLive("green");
    expect(await docker("exec", stack.edge, "cat", "/edge/route.map")).to.include("green:0:off");
  });

  it("loses its canary's share when a pipeline cancels it, and is aborted", async () => {
    const { stack } = releases;
    const { from } = await releases.colors();
    await releases.configure({ "release.steps[0].weight": 50 });
    await releases.configure({ "release.steps[0].durationSeconds": 3600 });
    const release = releases.startInGroup("release", "--image", await releases.nextImage());
    const look = () => stack.route();
    await eventually("the canary", look, (route) => route === `${from}:500:on`, 180);
    await release.cancel();
    // What is left of the minute would only be waited for.
    await docker("exec", stack.edge, "sh", "/edge/grant", "renew", "1");
    await eventually("the edge takes it back", look, (route) => route === `${from}:0:off`);
    const { code, output } = await releases.run("abort");
    expect(code, output).to.equal(0);
    await releases.expectLive(from);
    await releases.configure({ "release.steps": undefined });
  });
});
