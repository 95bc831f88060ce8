import { expect } from "chai";
import { eventually, pause, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { buildApp } from "../../helpers/images.ts";
import { killUp, recover } from "../../helpers/interruption.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

const NEXT_SECRET = "fedcba9876543210".repeat(4);

describe("a fleet of droplets", function () {
  this.timeout(600_000);
  let account: CloudAccount;
  let stack: TestStack;
  let blue: object;
  let green: object;

  before(async () => {
    account = await CloudAccount.open();
    const [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
    blue = { image: await account.push(v1) };
    green = { image: await account.push(v2), count: 1 };
    stack = await account.createStack({
      activeColor: "blue",
      blue,
      green,
      smoke: [{ path: "/", contains: "version" }],
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
    });
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => account.close());

  const droplets = () => account.droplets(stack);
  const url = async () => String((await stack.outputs())["url"]);

  async function idOf(host: string): Promise<number> {
    const found = (await droplets()).find((droplet) => droplet.host === host);
    if (!found) throw new Error(`no droplet ${host}`);
    return found.id;
  }

  it("does not switch to a color that fails its gate", async () => {
    const load = startUsers(await url());
    await stack.set({ activeColor: "green", green: { ...green, env: { FAIL_BODY: "1" } } });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("green did not pass its gate");
    await stack.set({ activeColor: "blue", green });
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue");
  });

  it("gets a new image while idle, and in the same up as a switch", async () => {
    const answer = async () => (await (await fetch(await url())).json()) as { version: string };
    const load = startUsers(await url());
    const next = { ...green, image: await account.push(await buildApp("v3")) };
    await stack.set({ green: next });
    await stack.mustUp();
    expect(await answer()).to.include({ color: "blue", version: "v1" });
    await stack.set({ activeColor: "green", green });
    await stack.mustUp();
    expect(await answer()).to.include({ color: "green", version: "v2" });
    await stack.set({ activeColor: "blue" });
    await stack.mustUp();
    expect(await answer()).to.include({ color: "blue", version: "v1" });
    expectUnharmed(await load.stop(), "blue", "green");
  });

  it("switches back after an up that was killed while draining the other color", async () => {
    const load = startUsers(await url());
    await stack.set({ activeColor: "green" });
    const moment = { resource: "balancer-route", delayMs: 15_000 };
    expect(await killUp(stack, moment)).to.equal(true);
    await stack.set({ activeColor: "blue" });
    await recover(stack);
    expectUnharmed(await load.stop(), "blue", "green");
    const live = (await droplets()).filter(({ isLive }) => isLive);
    expect(live.map(({ host }) => host)).to.deep.equal(["blue-1", "blue-2"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("grows and shrinks while it is active without a failed request", async () => {
    for (const count of [3, 2]) {
      const load = startUsers(await url());
      await stack.set({ blue: { ...blue, count } });
      await stack.mustUp();
      expectUnharmed(await load.stop(), "blue");
      const live = (await droplets()).filter(({ isLive }) => isLive);
      expect(live.map(({ host }) => host)).to.deep.equal(
        ["blue-1", "blue-2", "blue-3"].slice(0, count),
      );
      expect(await stack.previewSteps()).to.deep.equal([]);
    }
  });

  it("gets larger droplets while it is active without a failed request", async () => {
    const ids = async () => (await droplets()).map(({ id }) => id);
    const before = await ids();
    const load = startUsers(await url());
    await stack.set({ blue: { ...blue, size: "s-2vcpu-2gb" } });
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue");
    expect((await ids()).filter((id) => before.includes(id))).to.have.lengthOf(1);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("changes the header that names the color while it is active without a failed request", async () => {
    const load = startUsers(await url());
    await stack.set({ edge: { colorHeader: "x-pool" } });
    await stack.mustUp();
    expect((await fetch(await url())).headers.get("x-pool")).to.equal("blue");
    await stack.unset("edge", "colorHeader");
    await stack.mustUp();
    expect((await fetch(await url())).headers.get("x-pool")).to.equal(null);
    expectUnharmed(await load.stop(), "blue");
  });

  it("gets new SSH keys without new droplets", async () => {
    const before = await droplets();
    const load = startUsers(await url());
    await stack.setSecret("ssh", "previousSecret", CloudAccount.SECRET);
    await stack.setSecret("ssh", "secret", NEXT_SECRET);
    await stack.mustUp();
    await stack.unset("ssh", "previousSecret");
    await stack.mustUp();
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect((await droplets()).map(({ id }) => id)).to.deep.equal(before.map(({ id }) => id));
    expectUnharmed(await load.stop(), "blue");
  });

  it("restores a deleted droplet of the idle color", async () => {
    const load = startUsers(await url());
    const lost = await idOf("green-1");
    await account.deleteDroplet(lost);
    await stack.mustUp("--refresh");
    expect(await idOf("green-1")).not.to.equal(lost);
    expect(await stack.previewSteps()).to.deep.equal([]);
    expectUnharmed(await load.stop(), "blue");
  });

  it("names an unresponsive droplet of the idle color, and replaces it", async () => {
    const load = startUsers(await url());
    const lost = await idOf("green-1");
    await account.cloud.faults.vanish(lost);
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include(`doctl compute droplet delete ${lost}`);
    await account.deleteDroplet(lost);
    await stack.mustUp("--refresh");
    expect(await idOf("green-1")).not.to.equal(lost);
    expect(await stack.previewSteps()).to.deep.equal([]);
    expectUnharmed(await load.stop(), "blue");
  });

  it("keeps serving when a droplet of the active color is lost, and replaces it", async () => {
    const lost = await idOf("blue-2");
    await account.cloud.faults.vanish(lost);
    const isServing = async () => (await fetch(await url())).ok;
    // Two health checks, three seconds apart.
    await pause(10_000);
    await eventually("the other droplet serves", isServing, Boolean);
    const load = startUsers(await url());
    const { output } = await stack.preview();
    expect(output).to.include(`doctl compute droplet delete ${lost}`);
    await account.deleteDroplet(lost);
    await stack.mustUp("--refresh");
    expectUnharmed(await load.stop(), "blue");
    expect(await idOf("blue-2")).not.to.equal(lost);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });
});
