import { expect } from "chai";
import { now, startLoad } from "../../../load/index.ts";
import { buildApp } from "../../helpers/images.ts";
import { TestStack } from "../../helpers/testStack.ts";

const SWITCHES = Number(process.env["SWITCHES"] ?? 40);

describe("many switches under load", () => {
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 2 },
      green: { image: await buildApp("v2"), count: 2 },
    });
    await stack.mustUp();
  });
  after(() => stack.remove());

  it(`fails no request and serves no stale answer in ${SWITCHES} switches`, async () => {
    const load = startLoad({
      ...{ url: stack.url, keepAlive: 6, newConnection: 6, slow: 12 },
      ...{ ratePerSecond: 300, timeoutMs: 30_000 },
    });
    const moves: { to: string; at: number }[] = [];
    for (let turn = 1; turn <= SWITCHES; turn++) {
      const to = turn % 2 === 1 ? "green" : "blue";
      await stack.set({ activeColor: to });
      await stack.mustUp();
      moves.push({ to, at: now() });
      const report = load.report();
      expect(report.failures, `after switch ${turn}`).to.deep.equal([]);
      expect(load.snapshot().color).to.equal(to);
    }
    const report = await load.stop();
    expect(report.failedTotal).to.equal(0);
    expect(report.total).to.be.greaterThan(SWITCHES * 100);
    expect(report.byColor).to.have.all.keys("blue", "green");
    const last = moves.at(-1);
    expect(report.staleAfter(last?.at ?? 0, last?.to === "blue" ? "green" : "blue")).to.equal(0);
  });
});
