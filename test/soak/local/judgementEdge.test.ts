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

  /** The requests counted since the last look, once the latest answers are included. */
  async function counted() {
    await pause(300);
    const { colors } = await source.measure(AbortSignal.timeout(10_000));
    return colors;
  }

  it("count each request of users and testers for the color that answered", async () => {
    const users = await askMany(stack.url, 300);
    const testers = await askMany(stack.previewUrl, 100, { newConnection: 4 });
    expect(await counted()).to.deep.equal({
      blue: { requests: users.total, failures: 0 },
      green: { requests: testers.total, failures: 0 },
    });
    expect(await counted()).to.deep.equal({ blue: NONE, green: NONE });
  });

  it("count a client error as an answer", async () => {
    const { total } = await askMany(`${stack.url}/nope`, 50, {
      isExpected: (code) => code === 404,
    });
    expect((await counted()).blue).to.deep.equal({ requests: total, failures: 0 });
  });

  it("keep working after a reload, which resets them to zero", async () => {
    await stack.set({ green: { image: await buildApp("v2"), count: 2 } });
    await stack.mustUp();
    const { total } = await askMany(stack.url, 200);
    expect((await counted()).blue).to.deep.equal({ requests: total, failures: 0 });
  });

  it("include requests that the app failed to answer or that never reached it", async () => {
    const killed = [1, 2].map((index) => stack.container("green", index));
    const slow = askMany(`${stack.previewUrl}/slow?seconds=2`, 24);
    // These are on their second request by then, and HAProxy closes their connections without an
    // answer.
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

  it("fail with a clear error when the edge is gone", async () => {
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
