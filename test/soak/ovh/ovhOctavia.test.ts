import { expect } from "chai";
import type { LoadReport } from "../../../load/index.ts";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { buildApp } from "../../helpers/images.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { APP_COLOR_HEADER, expectFewCut } from "../../helpers/traffic.ts";

const switchSteps = (from: string, to: string) => [
  ...[`create gate-${to}-1`, `delete gate-${from}-1`, "update balancer-route"],
];

describe("instances behind OVH's load balancer", function () {
  this.timeout(900_000);
  let project: CloudProject;
  let stack: TestStack;

  before(async () => {
    project = await CloudProject.open();
    const [v1, v2] = [await buildApp("1.4.2"), await buildApp("1.4.3")];
    stack = await project.createStack({
      activeColor: "blue",
      blue: { image: await project.push(v1), count: 1 },
      green: { image: await project.push(v2), count: 1 },
    });
  });
  afterEach(stopUsers);
  after(() => project.close());

  const url = async () => String((await stack.outputs())["url"]);
  const colorAt = async (address: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(address, { headers });
    return answer.headers.get(APP_COLOR_HEADER) ?? `status ${answer.status}`;
  };

  it("come up with the active color serving and then need no changes", async () => {
    await stack.mustUp();
    expect(await stack.outputs()).to.include({ activeColor: "blue", idleColor: "green" });
    expect(await colorAt(await url())).to.equal("blue");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("keep their network's range while they serve", async () => {
    const region = project.cloud.environment["OS_REGION_NAME"];
    await stack.set({ ovh: { region, networkCidr: "10.44.0.0/16" } });
    project.cloud.reset();
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("ovh.networkCidr: must stay 10.20.0.0/16");
    expect(project.changes()).to.deep.equal([]);
    await stack.set({ ovh: { region } });
  });

  it("store the parts of a release under its id and keep them", async () => {
    const region = project.cloud.environment["OS_REGION_NAME"];
    const client = await OpenStackClient.at(project.cloud);
    const container = `/object-store/v1/AUTH_${project.cloud.projectId}/releases`;
    const objects = async () =>
      (await client.ask<{ name: string }[]>("GET", `${container}?format=json`)).body;
    await stack.set({ ovh: { region, artifactContainer: "releases" } });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("openstack container create releases");
    await client.ask("PUT", container);
    await stack.mustUp();
    const id = String((await stack.outputs())["release"]);
    const names = ["octavia.json", "release.json"].map(
      (file) => `blue-green/${stack.name}/${id}/${file}`,
    );
    expect((await objects()).map(({ name }) => name)).to.deep.equal(names);
    expect(await stack.previewSteps()).to.deep.equal([]);
    await stack.set({ ovh: { region } });
    await stack.mustUp();
    expect(await objects()).to.have.length(2);
    for (const name of names) await client.ask("DELETE", `${container}/${name}`);
    await client.ask("DELETE", container);
  });

  it("switch forth and back under load with one call each", async () => {
    for (const [from, to] of [
      ["blue", "green"],
      ["green", "blue"],
    ] as const) {
      const load = startUsers(await url(), { colorHeader: APP_COLOR_HEADER });
      await stack.set({ activeColor: to });
      expect(await stack.previewSteps()).to.deep.equal(switchSteps(from, to));
      project.cloud.reset();
      await stack.mustUp();
      console.log(`      ${project.changes().join("\n      ")}`);
      expectServed(await load.stop(), "blue", "green");
      expect(await colorAt(await url())).to.equal(to);
    }
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("send a canary its share, and testers to the color they ask for", async () => {
    const address = await url();
    const load = startUsers(address, { colorHeader: APP_COLOR_HEADER });
    await stack.set({ canary: { weight: 20 } });
    await stack.mustUp();
    const answers = await Promise.all(Array.from({ length: 400 }, () => colorAt(address)));
    const share = answers.filter((color) => color === "green").length / answers.length;
    // 20 % of 400: six standard deviations.
    expect(share).to.be.within(0.08, 0.32);
    const testers = Array.from({ length: 50 }, () => colorAt(address, { "x-canary": "true" }));
    expect(new Set(await Promise.all(testers))).to.deep.equal(new Set(["green"]));
    await stack.set({ canary: undefined });
    await stack.mustUp();
    expectServed(await load.stop(), "blue", "green");
    expect(await colorAt(address, { "x-canary": "true" })).to.equal("blue");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("keep the active color when the other one fails its gate", async () => {
    const load = startUsers(await url(), { colorHeader: APP_COLOR_HEADER });
    await stack.set({ activeColor: "green", smoke: [{ path: "/missing" }] });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("/missing");
    expectServed(await load.stop(), "blue");
    await stack.set({ activeColor: "blue", smoke: undefined });
    await stack.mustUp();
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("leave the project empty when destroyed", async () => {
    await project.mustDestroy(stack);
  });

  it("cause only requests that the API's own clients would send", () => {
    expect(project.cloud.violations).to.deep.equal([]);
  });
});

function expectServed(report: LoadReport, ...colors: readonly string[]): void {
  console.log(`      ${report.total} requests, ${report.failedTotal} cut off by a reload`);
  expectFewCut(report, ...colors);
}
