import { expect } from "chai";
import { EDGE_TAG } from "../../../dev/setup/images.mjs";
import { edgeRecipe } from "../../../lib/edgeRecipe.mjs";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen } from "../../helpers/bluegreen.ts";
import { buildApp } from "../../helpers/images.ts";
import { docker, TestStack } from "../../helpers/testStack.ts";

/** Days that no other test asks for. */
const [FIRST, SECOND] = ["2026-01-03", "2026-01-04"];

describe("newer packages for the balancer on this machine", () => {
  const images = [FIRST, SECOND].map((date) => edgeRecipe("3.0", date).image);
  let stack: TestStack;

  before(async () => {
    for (const image of images) await docker("tag", EDGE_TAG, image);
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 1 },
    });
    await setDate(FIRST);
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(async () => {
    await stack.remove();
    await docker("rmi", ...images);
  });

  const setDate = (packageDate: string) =>
    stack.set({ edge: { port: stack.port, previewPort: stack.previewPort, packageDate } });

  it("are announced, refused inside a release, and cost one short gap", async () => {
    const [from = "", to = ""] = images;
    expect((await bluegreen(stack, "status")).output).to.match(
      new RegExp(`^edge +${from} \\(HAProxy [^)]+\\)$`, "m"),
    );
    await setDate(SECOND);
    expect(await stack.previewSteps()).to.deep.equal(["update edge", "update gate"]);
    const status = await bluegreen(stack, "status");
    expect(status.output).to.include(`, behind ${to}`);
    const release = await bluegreen(stack, "release", "--image", await buildApp("v2"), "--yes");
    expect(release.code).to.equal(3);
    expect(release.output).to.include(`replaces the balancer's container (${from} -> ${to})`);

    const load = startUsers(stack.url);
    await stack.mustUp();
    const report = await load.stop();
    console.log(
      `      ${report.total} requests, ${report.failedTotal} failed, ` +
        `longest gap ${Math.round(report.longestGap())} ms`,
    );
    expect(Object.keys(report.byColor)).to.deep.equal(["blue"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect((await bluegreen(stack, "status")).output).not.to.include("behind");
  });
});
