import { expect } from "chai";
import type { ColorSample, Source } from "../../../release/judge/types.ts";
import { openEdgeSource } from "../../../release/sources/edge.ts";
import { askMany, pause, stopUsers } from "../../helpers/asking.ts";
import { buildApp } from "../../helpers/images.ts";
import { docker, TestStack } from "../../helpers/testStack.ts";

const NONE: ColorSample = { requests: 0, failures: 0 };

describe("the counters of a real edge", () => {
  let stack: TestStack;
  let source: Source;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 1 },
      green: { image: await buildApp("v2"), count: 1 },
    });
    await stack.mustUp();
    const run = (script: string) => docker("exec", stack.edge, "sh", "-c", script);
    source = await openEdgeSource([{ name: "edge", run }]);
  });
  afterEach(stopUsers);
  after(async () => {
    await source.close();
    await stack.remove();
  });

  /** What was counted since the last look, once the last answers are in it. */
  async function counted() {
    await pause(300);
    const { colors } = await source.measure(AbortSignal.timeout(10_000));
    return colors;
  }

  it("hold each request of users and of testers, for the color that answered", async () => {
    const users = await askMany(stack.url, 300);
    const testers = await askMany(stack.previewUrl, 100, { newConnection: 4 });
    expect(await counted()).to.deep.equal({
      blue: { requests: users.total, failures: 0 },
      green: { requests: testers.total, failures: 0 },
    });
    expect(await counted()).to.deep.equal({ blue: NONE, green: NONE });
  });

  it("take a client's mistake for an answer", async () => {
    const { total } = await askMany(`${stack.url}/nope`, 50, {
      isExpected: (code) => code === 404,
    });
    expect((await counted()).blue).to.deep.equal({ requests: total, failures: 0 });
  });

  it("go on after a reload, which counts from zero", async () => {
    await stack.set({ green: { image: await buildApp("v2"), count: 2 } });
    await stack.mustUp();
    const { total } = await askMany(stack.url, 200);
    expect((await counted()).blue).to.deep.equal({ requests: total, failures: 0 });
  });

  it("hold what the app could not answer, and what could not reach it", async () => {
    const killed = [1, 2].map((index) => stack.container("green", index));
    const slow = askMany(`${stack.previewUrl}/slow?seconds=2`, 24);
    // In their second request by then, whose connections HAProxy closes without an answer.
    await pause(3000);
    await docker("kill", ...killed);
    const { total, failedTotal, byReason } = await slow;
    expect(byReason.reset).to.be.above(0);
    expect(byReason.status).to.be.above(0);
    expect(await counted()).to.deep.equal({
      blue: NONE,
      green: { requests: total, failures: failedTotal },
    });
  });

  it("can't be read when the edge is gone, and the error says so", async () => {
    await docker("stop", "--time", "1", stack.edge);
    const error: unknown = await source
      .measure(AbortSignal.timeout(10_000))
      .catch((e: unknown) => e);
    expect((error as Error).message).to.match(
      /^The counters of edge can't be read: .*is not running/s,
    );
    await docker("start", stack.edge);
  });
});
