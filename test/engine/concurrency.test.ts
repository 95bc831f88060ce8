import { expect } from "chai";
import { once } from "node:events";
import { askApp, pause, startUsers, stopUsers } from "../helpers/asking.ts";
import { buildApp } from "../helpers/images.ts";
import { docker, TestStack } from "../helpers/testStack.ts";
import { expectUnharmed } from "../helpers/traffic.ts";

describe("two ups or two stacks in parallel", () => {
  const stacks: TestStack[] = [];
  let one: TestStack;
  let two: TestStack;

  before(async () => {
    const app = { env: { SHUTDOWN_DELAY_SECONDS: "0" } };
    const blue = { image: await buildApp("v1"), count: 1 };
    const green = { image: await buildApp("v2"), count: 1 };
    one = await TestStack.create({ activeColor: "blue", blue, green, app });
    stacks.push(one);
    two = await TestStack.create({ activeColor: "green", blue, green, app });
    stacks.push(two);
    await Promise.all([one.mustUp(), two.mustUp()]);
  });
  afterEach(stopUsers);
  after(async () => {
    for (const stack of stacks) await stack.remove();
  });

  it("refuses a second up of the same stack and lets the first one finish", async () => {
    const load = startUsers(one.url);
    // The gate takes three seconds, so the first up is still running when the second begins.
    await one.set({ activeColor: "green", smoke: [{ path: "/slow?seconds=1" }] });
    const first = one.start(["up", "--yes", "--skip-preview", "--stack", one.name]);
    const ended = once(first, "exit");
    await new Promise<void>((resolve) => {
      first.all.on("data", (text: Buffer) => {
        if (/local:Command gate (updating|creating)/.test(String(text))) resolve();
      });
      first.all.on("end", resolve);
    });
    const { ok, output } = await one.up("--skip-preview");
    expect(first.exitCode, "the first up ended before the second").to.equal(null);
    expect(ok).to.equal(false);
    expect(output).to.contain("the stack is currently locked by 1 lock(s)");
    expect(output).to.match(/\(pid \d+\) at /);
    await ended;
    const { exitCode, all } = await first;
    expect(exitCode, all).to.equal(0);
    expect(await one.route()).to.equal("green:0:off");
    expect(await one.previewSteps()).to.deep.equal([]);
    expectUnharmed(await load.stop(), "blue", "green");
  });

  it("gives each stack its own network, hosts and route", async () => {
    await one.set({ activeColor: "blue" });
    await two.set({ activeColor: "blue" });
    const loads = [startUsers(one.url), startUsers(two.url)];
    await Promise.all([one.mustUp(), two.mustUp()]);
    for (const load of loads) expectUnharmed(await load.stop(), "blue", "green");
    await two.set({ activeColor: "green" });
    await two.mustUp();
    expect((await askApp(one.url)).color).to.equal("blue");
    expect((await askApp(two.url)).color).to.equal("green");
    const networks = [one, two].map(({ name }) => subnetOf(`blue-green-${name}`));
    const [first, second] = await Promise.all(networks);
    expect(first).not.to.equal(second);
  });

  it("leaves the other stack untouched when one is destroyed", async () => {
    const before = [await one.leftovers(), await everyContainer(one)];
    const load = startUsers(one.url);
    await pause(500);
    stacks.pop();
    await two.remove();
    expectUnharmed(await load.stop(), "blue");
    expect([await one.leftovers(), await everyContainer(one)]).to.deep.equal(before);
    expect(await one.previewSteps()).to.deep.equal([]);
    expect(await two.leftovers()).to.deep.equal([]);
  });

  async function everyContainer(stack: TestStack): Promise<unknown> {
    const colors = ["blue", "green", "edge"] as const;
    return Promise.all(colors.map((color) => stack.containers(color)));
  }
});

function subnetOf(network: string): Promise<string> {
  const format = "{{(index .IPAM.Config 0).Subnet}}";
  return docker("network", "inspect", "--format", format, network);
}
