import { expect } from "chai";
import { type LoadReport, now, startLoad } from "../../load/index.ts";
import { buildApp } from "../helpers/images.ts";
import { TestStack } from "../helpers/testStack.ts";

interface Answer {
  readonly color: string;
  readonly version: string;
}

async function get(url: string): Promise<Answer> {
  const response = await fetch(url);
  return (await response.json()) as Answer;
}

describe("a service on this machine", () => {
  let stack: TestStack;
  let v1 = "";
  let v2 = "";

  before(async () => {
    [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
    stack = await TestStack.create({ activeColor: "blue", blue: { image: v1, count: 2 } });
  });
  after(() => stack.remove());

  it("comes up with one color and then shows no changes", async () => {
    await stack.mustUp();
    const { color, version } = await get(stack.url);
    expect({ color, version }).to.deep.equal({ color: "blue", version: "v1" });
    expect(await stack.route()).to.equal("blue:0:off");
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect((await fetch(stack.previewUrl)).status).to.equal(503);
  });

  it("deploys to the idle color without touching the active one", async () => {
    const before = { ...(await stack.containers("blue")), ...(await stack.containers("edge")) };
    await stack.pulumi(["config", "set", "--path", "green.image", v2, "--stack", stack.name]);
    await stack.set({ green: { image: v2, count: 2 } });
    await stack.mustUp();
    const after = { ...(await stack.containers("blue")), ...(await stack.containers("edge")) };
    expect(after).to.deep.equal(before);
    expect((await get(stack.url)).color).to.equal("blue");
    expect((await get(stack.previewUrl)).version).to.equal("v2");
  });

  it("previews a switch as the gate and the route only", async () => {
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).to.deep.equal(["update edge-route", "update gate"]);
  });

  it("switches forth and back under load without a failure or a stale answer", async () => {
    const load = startLoad({ url: stack.url, keepAlive: 4, newConnection: 4, slow: 4 });
    await stack.mustUp();
    const switched = now();
    await stack.set({ activeColor: "blue" });
    await stack.mustUp();
    const back = now();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const report = await load.stop();
    expectClean(report);
    expect(report.staleAfter(back, "green")).to.equal(0);
    expect(report.byColor["green"]).to.be.greaterThan(100);
    expect(switched).to.be.lessThan(back);
  });

  it("exports the outputs that pipelines rely on", async () => {
    const outputs = await stack.outputs();
    expect(outputs).to.include({
      url: `http://localhost:${stack.port}`,
      previewUrl: `http://localhost:${stack.previewPort}`,
      activeColor: "blue",
      idleColor: "green",
    });
    expect(outputs["pools"]).to.have.nested.property("green.hosts[1].name", "green-2");
    expect(outputs["pools"])
      .to.have.nested.property("green.digest")
      .that.matches(/^sha256:/);
    expect(outputs["canary"]).to.deep.equal({ weight: 0, testers: false });
  });
});

function expectClean(report: LoadReport): void {
  expect(report.failures.slice(0, 3)).to.deep.equal([]);
  expect(report.failedTotal).to.equal(0);
  expect(report.total).to.be.greaterThan(500);
}
