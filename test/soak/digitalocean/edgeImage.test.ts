import { expect } from "chai";
import { RealMachines } from "../../../dev/emulators/digitalocean/realMachines.ts";
import { EDGE_TAG, EDGE_TAGS } from "../../../dev/setup/images.mjs";
import { edgeRecipe } from "../../../lib/edgeRecipe.mjs";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { createEdgeStack } from "../../helpers/edgeStack.ts";
import { docker, type TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

/** A day that no other test asks for. */
const packageDate = "2026-01-02";

describe("newer packages for two edges behind a load balancer", function () {
  this.timeout(600_000);
  const { image } = edgeRecipe("3.0", packageDate);
  let account: CloudAccount;
  let stack: TestStack;

  before(async () => {
    // A droplet builds it from Debian's archive; here it is the same image by another name.
    await docker("tag", EDGE_TAG, image);
    account = await CloudAccount.open({ machines: new RealMachines([...EDGE_TAGS, image]) });
    stack = await createEdgeStack(account, {});
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(async () => {
    await account.close();
    await docker("rmi", image);
  });

  it("arrive on one edge after the other, announced and without a failed request", async () => {
    await stack.set({ edge: { packageDate } });
    const { output } = await stack.preview();
    expect(output).to.match(/edge-1 runs the image .*one edge after the other/);
    const steps = await stack.previewSteps();
    for (const edge of ["edge-1", "edge-2"]) {
      expect(steps).to.include.members([`update ${edge}-host-edge-image`, `update ${edge}`]);
    }
    expect(steps.filter((step) => /blue|green|route|gate/.test(step))).to.deep.equal([]);
    const load = startUsers(String((await stack.outputs())["url"]));
    await stack.mustUp();
    const report = await load.stop();
    console.log(
      `      ${report.total} requests, longest gap ${Math.round(report.longestGap())} ms`,
    );
    expectUnharmed(report, "blue");
    expect((await stack.preview()).output).not.to.include("runs the image");
    for (const { host, id } of await account.droplets(stack)) {
      if (!host.startsWith("edge")) continue;
      const machine = `blue-green-${stack.name}-${host}-${id}`;
      const inspect = ["docker", "inspect", "--format", "{{.Config.Image}}", stack.edge];
      expect((await docker("exec", machine, ...inspect)).trim()).to.equal(image);
    }
  });
});
