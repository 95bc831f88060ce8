import { expect } from "chai";
import { eventually, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import { buildApp } from "../../helpers/images.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

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

  async function serverId(host: string): Promise<string> {
    const client = await OpenStackClient.at(project.cloud);
    const answer = await client.ask<{ servers: { id: string; name: string }[] }>(
      ...(["GET", "/compute/v2.1/servers"] as const),
    );
    const { servers } = answer.body;
    return servers.find(({ name }) => name.endsWith(host))?.id ?? "";
  }

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
    const id = await serverId("edge-1");
    await project.cloud.faults.vanish(id);
    const { ok, output: said } = await stack.up("--skip-preview");
    // There is nobody to change edge-1.
    expect(ok, said).to.equal(false);
    expect(said).to.include(`openstack server delete ${id}`);
    const seen = () => colorAt(url).catch(() => "nobody");
    await eventually("users see green", seen, (color) => color === "green");
  });

  it("makes the lost one again, and leads users back to it", async () => {
    const url = await output("url");
    const client = await OpenStackClient.at(project.cloud);
    await client.ask("DELETE", `/compute/v2.1/servers/${await serverId("edge-1")}`);
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
