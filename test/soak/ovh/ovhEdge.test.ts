import { expect } from "chai";
import type { LoadReport } from "../../../load/index.ts";
import { eventually, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { createEdgeStack, SWITCH_STEPS } from "../../helpers/edgeStack.ts";
import { FROM_HERE } from "../../../dev/emulators/networks/fromHere.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

/** Edges of twice the size, two at a time, beside both colors. */
const ROOM = { quotas: { ram: 128 * 1024, cores: 64 } };

/** While the API moves a floating IP. */
const MOVED_MS = 5000;
const RESTARTED_MS = 5000;

/** Does something while users ask, and says how long none of them got an answer. */
async function underLoad(
  url: string,
  what: string,
  work: () => Promise<unknown>,
): Promise<LoadReport> {
  // What is sent to an address without a machine is not answered, and must not hold the next one up.
  const load = startUsers(url, { timeoutMs: 4000, slowSeconds: 1 });
  await work();
  const report = await load.stop();
  const gap = Math.round(report.longestGap());
  console.log(`      ${what}: ${report.failedTotal} of ${report.total} failed, ${gap} ms nobody`);
  return report;
}

describe("an edge on two instances", function () {
  this.timeout(900_000);
  let project: CloudProject;
  let stack: TestStack;

  before(async () => {
    project = await CloudProject.open(ROOM);
    stack = await createEdgeStack(project, { preview: { allowedCidrs: FROM_HERE } });
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

  it("get larger, and then another preview port, which costs users moments", async () => {
    const url = await output("url");
    const larger = { size: "b3-16" };
    await stack.set({ edge: larger });
    const moved = await underLoad(url, "larger edges", () => stack.mustUp());
    expect(moved.longestGap()).to.be.lessThan(MOVED_MS);
    expect(await stack.previewSteps()).to.deep.equal([]);
    await stack.set({ edge: { ...larger, previewPort: 8181 } });
    const restarted = await underLoad(url, "another port", () => stack.mustUp());
    expect(restarted.longestGap()).to.be.lessThan(RESTARTED_MS);
    expect(await output("previewUrl")).to.match(/:8181$/);
    expect(await colorAt(url)).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("leaves the project empty when it is destroyed", async () => {
    await project.mustDestroy(stack);
    expect(project.cloud.violations).to.deep.equal([]);
  });
});

describe("an edge on one instance", function () {
  this.timeout(900_000);
  let project: CloudProject;
  let stack: TestStack;

  before(async () => {
    project = await CloudProject.open(ROOM);
    stack = await createEdgeStack(project, { edge: { hosts: 1 } });
  });
  afterEach(stopUsers);
  after(() => project.close());

  const url = async () => String((await stack.outputs())["url"]);
  const colorAt = async (address: string) => (await fetch(address)).headers.get("x-color");

  it("is reached by a floating IP, and switches without a failure", async () => {
    await stack.mustUp();
    const report = await underLoad(await url(), "a switch", async () => {
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
    const report = await underLoad(before, "a larger edge", () => stack.mustUp());
    expect(report.longestGap()).to.be.lessThan(MOVED_MS);
    expect([await url(), await colorAt(before)]).to.deep.equal([before, "green"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("is started again for another port in about a second", async () => {
    await stack.set({ edge: { hosts: 1, size: "b3-16", previewPort: 8181 } });
    const report = await underLoad(await url(), "another port", () => stack.mustUp());
    expect(report.longestGap()).to.be.lessThan(RESTARTED_MS);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("comes back with its address and its route on a new instance", async () => {
    const before = await url();
    const client = await OpenStackClient.at(project.cloud);
    await underLoad(before, "a lost edge", async () => {
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

  it("gets a second one beside it and loses it again, and users keep their address", async () => {
    const before = await url();
    for (const hosts of [2, 1]) {
      await stack.set({ edge: { hosts, size: "b3-16", previewPort: 8181 } });
      const report = await underLoad(before, `edge.hosts: ${hosts}`, () => stack.mustUp());
      expectUnharmed(report, "green");
      expect(await url()).to.equal(before);
      expect(await stack.previewSteps()).to.deep.equal([]);
    }
  });

  it("leaves the project empty when it is destroyed", async () => {
    await project.mustDestroy(stack);
    expect(project.cloud.violations).to.deep.equal([]);
  });
});
