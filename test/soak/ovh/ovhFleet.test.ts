import { expect } from "chai";
import { EDGE_12_TAGS, EDGE_TAGS } from "../../../dev/setup/images.mjs";
import { eventually, hostsBehind, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { ensureDebian12 } from "../../helpers/debian12.ts";
import { buildApp } from "../../helpers/images.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import type { StackConfig, TestStack } from "../../helpers/testStack.ts";
import { APP_COLOR_HEADER, expectFewCut, MOST_CUT } from "../../helpers/traffic.ts";

describe("instances behind Octavia that are added, removed and replaced", function () {
  this.timeout(900_000);
  let project: CloudProject;
  let client: OpenStackClient;
  let stack: TestStack;
  let blue: object;
  let green: object;
  let url = "";

  before(async () => {
    await ensureDebian12();
    project = await CloudProject.open({ preloadImages: [...EDGE_12_TAGS, ...EDGE_TAGS] });
    client = await OpenStackClient.at(project.cloud);
    blue = { image: await project.push(await buildApp("v1")), count: 1 };
    green = { image: await project.push(await buildApp("v2")), count: 1 };
    // Apps that exit immediately show whether a leaving host still gets requests.
    const app = { env: { SHUTDOWN_DELAY_SECONDS: "0" } };
    const ovh = { region: region(), image: "Debian 12" };
    stack = await project.createStack({ activeColor: "blue", blue, green, app, ovh });
    await stack.mustUp();
    url = String((await stack.outputs())["url"]);
  });
  afterEach(stopUsers);
  after(() => project.abandon());

  const region = () => project.cloud.environment["OS_REGION_NAME"];
  const idsOf = (...hosts: string[]) => Promise.all(hosts.map((host) => client.serverId(host)));

  /** Brings the stack up under load; the answers come from these colors. */
  async function upUnderLoad(what: string, colors: readonly string[] = ["blue"]): Promise<void> {
    const load = startUsers(url, { colorHeader: APP_COLOR_HEADER });
    await stack.mustUp();
    const report = await load.stop();
    console.log(`      ${what}: ${report.total} requests, ${report.failedTotal} cut off`);
    expectFewCut(report, ...colors);
    expect(await stack.previewSteps()).to.deep.equal([]);
  }

  /** The canary's share of users, in percent. */
  async function shareOfGreen(): Promise<number> {
    const ask = async () => (await fetch(url)).headers.get(APP_COLOR_HEADER);
    const answers = await Promise.all(Array.from({ length: 400 }, ask));
    return (answers.filter((color) => color === "green").length / answers.length) * 100;
  }

  it("grow and shrink while they are active", async () => {
    for (const count of [3, 1]) {
      await stack.set({ blue: { ...blue, count } });
      await upUnderLoad(`${count} live`);
      expect(await hostsBehind(url)).to.have.length(count);
    }
  });

  it("keep a canary's share while both colors grow and shrink", async () => {
    await stack.set({ canary: { weight: 20 } });
    await upUnderLoad("a canary", ["blue", "green"]);
    for (const [ofBlue, ofGreen] of [
      [1, 2],
      [2, 1],
      [1, 1],
    ]) {
      await stack.set({ blue: { ...blue, count: ofBlue }, green: { ...green, count: ofGreen } });
      await upUnderLoad(`${ofBlue} and ${ofGreen} in a canary`, ["blue", "green"]);
      // 20 % of 400: six standard deviations.
      expect(await shareOfGreen()).to.be.within(8, 32);
    }
    await stack.set({ canary: undefined });
    await upUnderLoad("the canary's end", ["blue", "green"]);
  });

  it("get a larger flavor while idle and while active", async () => {
    const [live, idle] = await idsOf("blue-1", "green-1");
    await stack.set({ green: { ...green, size: "b3-16" } });
    await upUnderLoad("another flavor of the idle color");
    const [stillLive, nextIdle] = await idsOf("blue-1", "green-1");
    expect([stillLive === live, nextIdle === idle]).to.deep.equal([true, false]);
    await stack.set({ blue: { ...blue, size: "b3-16" } });
    await upUnderLoad("another flavor of the live color");
    expect(await idsOf("green-1")).to.deep.equal([nextIdle]);
    expect(await idsOf("blue-1")).not.to.deep.equal([live]);
    expect(project.cloud.leftovers()["servers"]).to.equal(2);
  });

  it("get another system image for both colors in one up when the quotas have room for both", async () => {
    const before = await idsOf("blue-1", "green-1");
    await stack.set({ ovh: { region: region(), image: "Debian 13" } });
    project.cloud.faults.setQuotas({ instances: 3 });
    project.cloud.reset();
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("The project may have 3 instances");
    expect(project.changes()).to.deep.equal([]);
    project.cloud.faults.setQuotas({ instances: 20, ram: 200_000 });
    await upUnderLoad("another image of the system");
    for (const id of await idsOf("blue-1", "green-1")) expect(before).not.to.include(id);
    expect(project.cloud.leftovers()["servers"]).to.equal(2);
  });

  it("keep their balancer and its address whatever the settings are", async () => {
    project.cloud.reset();
    const expectRefused = async (config: StackConfig, words: string) => {
      await stack.set(config);
      for (const { ok, output } of [await stack.preview(), await stack.up("--skip-preview")]) {
        expect(ok).to.equal(false);
        expect(output).to.include(words);
      }
      expect(project.changes()).to.deep.equal([]);
    };
    const ovh = { region: region(), image: "Debian 13" };
    const load = startUsers(url, { colorHeader: APP_COLOR_HEADER });
    const words = "this pulumi up would make a new one, with another address and no route";
    await expectRefused({ ovh: { ...ovh, loadBalancerFlavor: "large" } }, words);
    await expectRefused({ ovh, balancer: "edge" }, "balancer: must stay managed");
    await stack.set({ balancer: undefined });
    expectFewCut(await load.stop(), "blue");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("fail fast when the cloud cannot create one, and are created after that one is deleted", async () => {
    await stack.set({ green: { ...green, size: "b3-16", count: 2 } });
    project.cloud.faults.failServers("error");
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.match(/instance \(\S+\) to become ready: unexpected state 'ERROR'/);
    const began = Date.now();
    const again = await stack.up("--skip-preview");
    console.log(`      refused within ${Date.now() - began} ms`);
    expect(again.ok).to.equal(false);
    expect(again.output).to.include(
      `openstack server delete --wait ${await client.serverId("green-2")}`,
    );
    await client.deleteServer("green-2");
    await stack.mustUp("--refresh");
    expect(project.cloud.leftovers()["servers"]).to.equal(3);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("are reachable on a new port before the old one is closed", async () => {
    const next = url.replace(/(:\d+)?$/, ":8080");
    await stack.set({ edge: { port: 8080 } });
    const load = startUsers(url, { colorHeader: APP_COLOR_HEADER, pauseAfterFailureMs: 500 });
    const opened = eventually(
      "users at the next port",
      () => fetch(next).then(({ status }) => status, String),
      (status) => status === 200,
      120,
    );
    const upping = stack.mustUp();
    await opened;
    const byThen = load.snapshot().failed;
    await upping;
    await load.stop();
    expect(byThen).to.be.at.most(MOST_CUT);
    expect(String((await stack.outputs())["url"])).to.equal(next);
    expect(await fetch(url).catch(String)).to.include("fetch failed");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("cause only requests that the API's own clients would send", () => {
    expect(project.cloud.violations).to.deep.equal([]);
  });
});
