import { expect } from "chai";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen, lastRelease } from "../../helpers/bluegreen.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { buildApp } from "../../helpers/images.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

describe("an idle color without droplets", function () {
  this.timeout(900_000);
  let account: CloudAccount;
  let stack: TestStack;
  let url: string;

  before(async () => {
    account = await CloudAccount.open();
    const [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
    stack = await account.createStack({
      activeColor: "blue",
      blue: { image: await account.push(v1), count: 1 },
      green: { image: await account.push(v2), count: 1 },
      drainSeconds: 5,
      release: { idleCount: 0, keepWarmMinutes: 0, watchSeconds: 15, maxLatencyRatio: 50 },
    });
    await stack.mustUp();
    url = String((await stack.outputs())["url"]);
  });
  afterEach(stopUsers);
  after(() => account.close());

  const hosts = async () => (await account.droplets(stack)).map(({ host }) => host);

  async function mustRun(...words: readonly string[]): Promise<void> {
    const users = startUsers(url);
    const { code, output } = await bluegreen(stack, ...words, "--yes");
    const report = await users.stop();
    expect(code, output).to.equal(0);
    console.log(`      ${words[0]}: ${report.total} requests, ${report.failedTotal} failed`);
    expectUnharmed(report, ...(words[0] === "retire" ? ["green"] : ["blue", "green"]));
  }

  it("costs nothing, and the other serves on", async () => {
    await mustRun("switch", "green");
    await mustRun("retire");
    expect(await hosts()).to.deep.equal(["green-1"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("gets new ones before a rollback gives it the traffic", async () => {
    await mustRun("rollback");
    expect(await hosts()).to.deep.equal(["blue-1", "green-1"]);
    expect(await (await fetch(url)).json()).to.include({ color: "blue", version: "v1" });
    const { steps } = await lastRelease(stack);
    expect(steps.map(({ name }) => name)).to.deep.equal(["start", "rollback"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });
});
