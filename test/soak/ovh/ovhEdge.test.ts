import { expect } from "chai";
import type { LoadReport } from "../../../load/index.ts";
import { eventually, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { createEdgeStack, SWITCH_STEPS } from "../../helpers/edgeStack.ts";
import { FROM_HERE } from "../../../dev/emulators/networks/fromHere.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

/** Edges of twice the size, two at a time, alongside both colors. */
const ROOM = { quotas: { ram: 128 * 1024, cores: 64 } };

/** While the API moves a floating IP. */
const MOVED_MS = 5000;
const RESTARTED_MS = 5000;

/** Runs an action under load and returns the longest time without an answer. */
async function underLoad(
  url: string,
  what: string,
  work: () => Promise<unknown>,
): Promise<LoadReport> {
  // Packets to an address without a machine get no answer; they must not delay the next request.
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

  it("comes up with the active color serving and then needs no changes", async () => {
    await stack.mustUp();
    expect(await colorAt(await output("url"))).to.equal("blue");
    expect(await colorAt(await output("previewUrl"))).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("switches both instances without a failed request", async () => {
    const load = startUsers(await output("url"));
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).to.deep.equal(SWITCH_STEPS);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("moves users to the second instance as soon as the first is lost, and reports it", async () => {
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
    // There is no edge-1 left to change.
    expect(ok, said).to.equal(false);
    expect(said).to.include(`openstack server delete --wait ${id}`);
    expect(await colorAt(url)).to.equal("green");
  });

  it("recreates the lost instance and moves users back to it", async () => {
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

  it("is resized and then gets another preview port, with a short interruption", async () => {
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

  it("leaves the project empty when destroyed", async () => {
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

  it("is reached through a floating IP and switches without a failed request", async () => {
    await stack.mustUp();
    const report = await underLoad(await url(), "a switch", async () => {
      await stack.set({ activeColor: "green" });
      expect(await stack.previewSteps()).to.deep.equal(SWITCH_STEPS);
      await stack.mustUp();
    });
    expectUnharmed(report, "blue", "green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("moves its address to a larger instance that is already running", async () => {
    const before = await url();
    await stack.set({ edge: { hosts: 1, size: "b3-16" } });
    const report = await underLoad(before, "a larger edge", () => stack.mustUp());
    expect(report.longestGap()).to.be.lessThan(MOVED_MS);
    expect([await url(), await colorAt(before)]).to.deep.equal([before, "green"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("restarts for another port in about a second", async () => {
    await stack.set({ edge: { hosts: 1, size: "b3-16", previewPort: 8181 } });
    const report = await underLoad(await url(), "another port", () => stack.mustUp());
    expect(report.longestGap()).to.be.lessThan(RESTARTED_MS);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("is rebuilt on a new instance with its address and route", async () => {
    const before = await url();
    const client = await OpenStackClient.at(project.cloud);
    await underLoad(before, "a lost edge", async () => {
      await client.deleteServer("edge-1");
      await stack.mustUp("--refresh");
      // A host that does not answer at first may do so on the second attempt.
      await eventually(
        "users see green",
        () => colorAt(before),
        (color) => color === "green",
      );
    });
    expect(await url()).to.equal(before);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("gets a second instance and loses it again while users keep their address", async () => {
    const before = await url();
    for (const hosts of [2, 1]) {
      await stack.set({ edge: { hosts, size: "b3-16", previewPort: 8181 } });
      const report = await underLoad(before, `edge.hosts: ${hosts}`, () => stack.mustUp());
      expectUnharmed(report, "green");
      expect(await url()).to.equal(before);
      expect(await stack.previewSteps()).to.deep.equal([]);
    }
  });

  it("leaves the project empty when destroyed", async () => {
    await project.mustDestroy(stack);
    expect(project.cloud.violations).to.deep.equal([]);
  });
});
