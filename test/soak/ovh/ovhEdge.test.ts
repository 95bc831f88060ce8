import { expect } from "chai";
import type { LoadReport } from "../../../load/index.ts";
import { eventually, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import { buildApp } from "../../helpers/images.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

/** The API's moving of a floating IP, until it is in force. */
const LEAD_MS = 10_000;
const RESTART_MS = 5000;

const SWITCH_STEPS = ["create gate-green-1", "delete gate-blue-1", "update balancer-route"];

describe("an edge on two instances", function () {
  this.timeout(900_000);
  let project: CloudProject;
  let stack: TestStack;

  before(async () => {
    project = await CloudProject.open();
    const [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
    stack = await project.createStack({
      activeColor: "blue",
      balancer: "edge",
      preview: { allowedCidrs: ["172.16.0.0/12", "192.168.0.0/16"] },
      drainSeconds: 5,
      blue: { image: await project.push(v1), count: 1 },
      green: { image: await project.push(v2), count: 1 },
    });
  });
  afterEach(stopUsers);
  after(() => project.close());

  const output = async (name: string) => String((await stack.outputs())[name]);
  const colorAt = async (url: string) => (await fetch(url)).headers.get("x-color");

  it("comes up with the active color live, and then needs nothing", async () => {
    await stack.mustUp();
    expect(await colorAt(await output("url"))).to.equal("blue");
    expect(await colorAt(await output("previewUrl"))).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("switches at once, on both, without a failure", async () => {
    const load = startUsers(await output("url"));
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).to.deep.equal(SWITCH_STEPS);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("leads users to the second one at once where the first is lost, and says so", async () => {
    const url = await output("url");
    const client = await OpenStackClient.at(project.cloud);
    const id = await client.serverId("edge-1");
    await project.cloud.faults.vanish(id);
    const began = Date.now();
    const upping = stack.up("--skip-preview");
    const answers = () =>
      fetch(url, { signal: AbortSignal.timeout(1000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually("users get answers", answers, Boolean);
    const movedAfter = Date.now() - began;
    const { ok, output: said } = await upping;
    const endedAfter = Date.now() - began;
    console.log(`      users were led after ${movedAfter} ms, the up ended after ${endedAfter} ms`);
    // There is nobody to change edge-1.
    expect(ok, said).to.equal(false);
    expect(said).to.include(`openstack server delete ${id}`);
    expect(await colorAt(url)).to.equal("green");
  });

  it("makes the lost one again, and leads users back to it", async () => {
    const url = await output("url");
    const client = await OpenStackClient.at(project.cloud);
    await client.deleteServer("edge-1");
    const load = startUsers(url);
    const refreshed = await stack.up("--refresh", "--skip-preview");
    expect(refreshed.ok, refreshed.output).to.equal(true);
    expect(await stack.previewSteps()).to.deep.equal(["update balancer-ip"]);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "green");
    expect(await colorAt(url)).to.equal("green");
  });

  it("leaves the project empty when it is destroyed", async () => {
    await project.mustDestroy(stack);
  });
});

describe("an edge on one instance", function () {
  this.timeout(900_000);
  let project: CloudProject;
  let stack: TestStack;

  before(async () => {
    project = await CloudProject.open();
    stack = await project.createStack({
      activeColor: "blue",
      balancer: "edge",
      edge: { hosts: 1 },
      drainSeconds: 5,
      blue: { image: await project.push(await buildApp("v1")), count: 1 },
      green: { image: await project.push(await buildApp("v2")), count: 1 },
    });
  });
  afterEach(stopUsers);
  after(() => project.close());

  const url = async () => String((await stack.outputs())["url"]);
  const colorAt = async (address: string) => (await fetch(address)).headers.get("x-color");

  /** Does something while users ask, and says how long none of them got an answer. */
  async function underLoad(what: string, work: () => Promise<unknown>): Promise<LoadReport> {
    // What is sent to an address without a machine is not answered, and must not hold the next one up.
    const load = startUsers(await url(), { timeoutMs: 4000, slowSeconds: 1 });
    await work();
    const report = await load.stop();
    const gap = Math.round(report.longestGap());
    console.log(`      ${what}: ${report.failedTotal} of ${report.total} failed, ${gap} ms nobody`);
    return report;
  }

  it("is reached by a floating IP, and switches without a failure", async () => {
    await stack.mustUp();
    const report = await underLoad("a switch", async () => {
      await stack.set({ activeColor: "green" });
      expect(await stack.previewSteps()).to.deep.equal(SWITCH_STEPS);
      await stack.mustUp();
    });
    expectUnharmed(report, "blue", "green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("moves its address to a larger one that is there already", async () => {
    const before = await url();
    await stack.set({ edge: { hosts: 1, size: "b3-16" } });
    const report = await underLoad("a larger edge", () => stack.mustUp());
    expect(report.longestGap()).to.be.lessThan(LEAD_MS);
    expect([await url(), await colorAt(before)]).to.deep.equal([before, "green"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("is started again for another port in about a second", async () => {
    await stack.set({ edge: { hosts: 1, size: "b3-16", previewPort: 8181 } });
    const report = await underLoad("another port", () => stack.mustUp());
    expect(report.longestGap()).to.be.lessThan(RESTART_MS);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("comes back with its address and its route on a new instance", async () => {
    const before = await url();
    const client = await OpenStackClient.at(project.cloud);
    await underLoad("a lost edge", async () => {
      await client.deleteServer("edge-1");
      await stack.mustUp("--refresh");
      // What does not answer first may do so at the second attempt.
      await eventually(
        "users see green",
        () => colorAt(before),
        (color) => color === "green",
      );
    });
    expect(await url()).to.equal(before);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("gets a second one beside it, and users keep their address", async () => {
    const before = await url();
    await stack.set({ edge: { hosts: 2, size: "b3-16", previewPort: 8181 } });
    expectUnharmed(await underLoad("a second edge", () => stack.mustUp()), "green");
    expect(await url()).to.equal(before);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("leaves the project empty when it is destroyed", async () => {
    await project.mustDestroy(stack);
    expect(project.cloud.violations).to.deep.equal([]);
  });
});
