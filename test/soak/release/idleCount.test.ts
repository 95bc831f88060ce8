import { expect } from "chai";
import { expectNoFailure, startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen, lastRelease } from "../../helpers/bluegreen.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";
import { docker } from "../../helpers/testStack.ts";

describe("an idle color without hosts", () => {
  let releases: ReleasingStack;

  before(async () => {
    releases = await ReleasingStack.create({ steps: [], watchSeconds: 0 });
    const { code, output } = await releases.release(await releases.nextImage());
    expect(code, output).to.equal(0);
    await releases.configure({ "release.idleCount": 0, "release.keepWarmMinutes": 0 });
  });
  afterEach(stopUsers);
  after(() => releases.stack.remove());

  const blueDigest = async () =>
    ((await releases.stack.outputs())["pools"] as Record<string, { digest: string }>)["blue"]
      ?.digest;

  it("keeps its image", async () => {
    const had = await blueDigest();
    expect(had).to.match(/^sha256:/);
    const { code, output } = await releases.run("retire");
    expect(code, output).to.equal(0);
    expect(await releases.stack.containers("blue")).to.deep.equal({});
    expect(await blueDigest()).to.equal(had);
  });

  it("can't take the traffic by a switch or in an emergency", async () => {
    const { stack } = releases;
    await releases.configure({ activeColor: "blue" });
    const refused = await stack.preview();
    await releases.configure({ activeColor: "green" });
    expect(refused.ok).to.equal(false);
    expect(refused.output).to.include(
      "blue.count: must be at least 1, because activeColor is blue",
    );
    const { code, output } = await releases.run("rollback", "--now");
    expect(code, output).to.equal(3);
    expect(output).to.include("blue.count: must be at least 1 for rollback --now");
    expect(await stack.route()).to.equal("green:0:off");
  });

  it("starts first when it is rolled back to, with the image that it had", async () => {
    const { stack } = releases;
    const had = await blueDigest();
    const users = startUsers(stack.url);
    const { code, output } = await bluegreen(stack, "rollback", "--yes");
    expectNoFailure(await users.stop());
    expect(code, output).to.equal(0);
    expect(await stack.route()).to.equal("blue:0:off");
    const { steps } = await lastRelease(stack);
    expect(steps.map(({ name }) => name)).to.deep.equal(["start", "rollback"]);
    const image = await docker("inspect", "--format", "{{.Image}}", stack.container("blue", 1));
    expect(image.trim()).to.equal(had);
  });
});
