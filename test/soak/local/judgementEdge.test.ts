import { expect } from "chai";
import type { Measurement, Source } from "../../../release/judge/types.ts";
import { openEdgeSource } from "../../../release/sources/edge.ts";
import { askMany, pause, stopUsers } from "../../helpers/asking.ts";
import { buildApp } from "../../helpers/images.ts";
import { docker, TestStack } from "../../helpers/testStack.ts";

const NONE = { requests: 0, failures: 0 };

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

  /** What was seen since the last look, once the latest answers are included. */
  async function look(): Promise<Measurement> {
    await pause(300);
    return source.measure(AbortSignal.timeout(10_000));
  }

  async function counted() {
    const { blue, green } = (await look()).colors;
    const counts = ({ requests, failures }: typeof blue) => ({ requests, failures });
    return { blue: counts(blue), green: counts(green) };
  }

  it("count each request of users, and none of testers", async () => {
    const users = await askMany(stack.url, 300);
    await askMany(stack.previewUrl, 100, { newConnection: 4 });
    expect(await counted()).to.deep.equal({
      blue: { requests: users.total, failures: 0 },
      green: NONE,
    });
    expect(await counted()).to.deep.equal({ blue: NONE, green: NONE });
  });

  it("give the times of users, by color", async () => {
    await askMany(stack.url, 100);
    const { latencies, draws } = (await look()).colors.blue;
    expect(latencies!.length).to.be.at.least(100);
    expect(Math.max(...latencies!)).to.be.below(5);
    expect(new Set(draws)).to.have.length(latencies!.length);
    await askMany(`${stack.url}/slow?seconds=1`, 8);
    const slow = (await look()).colors.blue.latencies!;
    expect(Math.min(...slow)).to.be.at.least(1);
  });

  it("count a client error as an answer, and list it with its draw", async () => {
    const { total } = await askMany(`${stack.url}/nope`, 50, {
      isExpected: (code) => code === 404,
    });
    const { colors, answers } = await look();
    expect(colors.blue).to.include({ requests: total, failures: 0 });
    expect(answers).to.have.length(total);
    expect(answers![0]).to.include({ kind: "clientError", color: "blue", share: 1 });
  });

  it("show a request that waits, and for how long", async () => {
    const slow = askMany(`${stack.url}/slow?seconds=4`, 8);
    await pause(2500);
    const { open } = await look();
    expect(open).to.have.length(8);
    for (const one of open!) {
      expect(one.color).to.equal("blue");
      expect(one.seconds).to.be.within(1.5, 4);
    }
    await slow;
    const after = await look();
    expect(after.open!.filter(({ seconds }) => seconds > 3.5)).to.deep.equal([]);
  });

  it("keep working after a reload, which resets them to zero", async () => {
    await stack.set({ green: { image: await buildApp("v2"), count: 2 } });
    await stack.mustUp();
    const { total } = await askMany(stack.url, 200);
    expect((await counted()).blue).to.deep.equal({ requests: total, failures: 0 });
  });

  it("include requests that the app failed to answer or that never reached it", async () => {
    const slow = askMany(`${stack.url}/slow?seconds=2`, 24);
    // These are on their second request by then, and HAProxy closes their connections without an
    // answer.
    await pause(3000);
    await docker("kill", stack.container("blue", 1));
    const { total, failedTotal, byReason } = await slow;
    expect(byReason.reset).to.be.above(0);
    expect(byReason.status).to.be.above(0);
    const { colors, answers } = await look();
    expect(colors.blue).to.include({ requests: total, failures: failedTotal });
    expect(answers!.filter(({ kind }) => kind === "failure")).to.have.length(failedTotal);
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
