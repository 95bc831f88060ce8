import { expect } from "chai";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { ensureDebian12 } from "../../helpers/debian12.ts";
import { buildApp } from "../../helpers/images.ts";
import { docker, TestStack } from "../../helpers/testStack.ts";

describe("the version of the balancer's HAProxy on this machine", () => {
  let stack: TestStack;

  before(async () => {
    await ensureDebian12();
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1") },
      green: { image: await buildApp("v2"), count: 1 },
    });
    await setHaproxy("2.6");
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => stack.remove());

  const setHaproxy = (haproxy?: string) =>
    stack.set({
      edge: { port: stack.port, previewPort: stack.previewPort, ...(haproxy && { haproxy }) },
    });

  const running = async () => {
    const told = await docker("exec", stack.edge, "haproxy", "-v");
    return /version (\d+\.\d+)/.exec(told)?.[1];
  };

  it("stays unchanged, and the preview says how to upgrade", async () => {
    await setHaproxy();
    expect(await stack.previewSteps()).to.deep.equal([]);
    const { output } = await stack.preview();
    expect(output).to.include("The balancer still runs HAProxy 2.6");
    expect(output).to.include("pulumi config set --path edge.haproxy 3.0");
    const load = startUsers(stack.url);
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
    expect((await load.stop()).failedTotal).to.equal(0);
    expect(await running()).to.equal("2.6");
  });

  it("is upgraded with the route kept, at the cost of a short interruption", async () => {
    for (const version of ["3.0", "2.6", "3.0"]) {
      await setHaproxy(version);
      const steps = await stack.previewSteps();
      expect(steps).to.deep.equal(["update edge", "update gate"]);
      const load = startUsers(stack.url);
      await stack.mustUp();
      const report = await load.stop();
      const failed = `${report.total} requests, ${report.failedTotal} failed`;
      console.log(`      ${failed}, longest gap ${Math.round(report.longestGap())} ms`);
      expect(await running()).to.equal(version);
      expect(await stack.route()).to.equal("green:0:off");
      expect(Object.keys(report.byColor)).to.deep.equal(["green"]);
    }
    await setHaproxy();
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect((await stack.preview()).output).not.to.include("The balancer still runs HAProxy");
  });

  it("is the latest when the balancer is recreated", async () => {
    await setHaproxy("2.6");
    await stack.mustUp();
    await setHaproxy();
    await docker("rm", "--force", stack.edge);
    await stack.mustUp();
    expect(await running()).to.equal("3.0");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });
});
