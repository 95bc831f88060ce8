import { expect } from "chai";
import fc from "fast-check";
import { ReleaseJudge } from "../../../../release/judge/judge.ts";
import { judgeAfter, OPTIONS, sample, second, timesAround } from "../../../helpers/measurements.ts";

describe("the judge of a release", () => {
  it("is insufficient at first", () => {
    const { outcome, reason } = new ReleaseJudge(OPTIONS).verdict();
    expect(outcome).to.equal("INSUFFICIENT");
    expect(reason).to.equal(
      "green has answered no request yet, with no requests to blue to compare with; at least 500 requests are required",
    );
  });

  it("does not fail a color for one failure of one request", () => {
    const judge = judgeAfter(1, () => second(sample(1, 1), sample(99)));
    expect(judge.verdict().outcome).to.equal("INSUFFICIENT");
  });

  it("fails a color that fails while the other does not, and states the odds", () => {
    const judge = judgeAfter(10, () => second(sample(10, 2), sample(90)));
    const { outcome, reason, numbers } = judge.verdict();
    expect(outcome).to.equal("FAIL");
    expect(reason).to.match(
      /^green fails more often than blue: green failed \d+ of \d+ \(20 %\), blue 0 of \d+ in the same time; [\d,]+ to 1 against chance, 43 to 1 prove it$/,
    );
    expect(numbers["worseEvidence"]).to.be.at.least(numbers["worseNeeded"]!);
  });

  it("does not blame a color for failures of both", () => {
    const judge = judgeAfter(600, (at) =>
      at % 100 < 5 ? second(sample(50, 2), sample(50, 2)) : second(sample(50), sample(50)),
    );
    expect(judge.verdict().outcome).to.equal("PASS");
  });

  it("passes with a bound, once there are enough requests", () => {
    const judge = judgeAfter(9, () => second(sample(50), sample(50)));
    expect(judge.verdict().outcome).to.equal("INSUFFICIENT");
    for (let at = 0; at < 21; at++) judge.add(second(sample(50), sample(50)));
    const { outcome, reason, numbers } = judge.verdict();
    expect(reason).to.match(
      /^green failed 0 of 1,500, blue 0 of 1,500 in the same time; worse by at most [\d.]+ % \(1 % is allowed\); latency is not measured$/,
    );
    expect(outcome).to.equal("PASS");
    expect(numbers["bound"]).to.be.at.most(0.01);
  });

  it("requires enough requests in each step again, and keeps evidence against the color", () => {
    const judge = judgeAfter(60, () => second(sample(50), sample(50)));
    expect(judge.verdict().outcome).to.equal("PASS");
    judge.beginStep(200);
    expect(judge.verdict().outcome).to.equal("INSUFFICIENT");
    judge.add(second(sample(199), sample(1)));
    expect(judge.verdict().reason).to.match(/at least 200 requests/);
  });

  it("does not revise a FAIL", () => {
    const judge = judgeAfter(10, () => second(sample(10, 5), sample(90)));
    judge.beginStep(0);
    for (let at = 0; at < 1000; at++) judge.add(second(sample(50), sample(50)));
    expect(judge.verdict().outcome).to.equal("FAIL");
    expect(judge.verdict().reason).to.match(/^green fails more often than blue/);
  });

  it("withdraws a PASS immediately when a good color turns bad", () => {
    const judge = judgeAfter(3000, () => second(sample(50), sample(50)));
    expect(judge.verdict().outcome).to.equal("PASS");
    let seconds = 0;
    for (; judge.verdict().outcome !== "FAIL" && seconds < 100; seconds++) {
      judge.add(second(sample(50, 5), sample(50)));
    }
    expect(seconds).to.be.at.most(6);
  });

  it("compares a color that takes all traffic with the earlier answers of the other", () => {
    const canary = () => second(sample(10), sample(90));
    const worse = judgeAfter(200, canary);
    for (let at = 0; at < 10; at++) worse.add(second(sample(100, 3), sample(0)));
    expect(worse.verdict().outcome).to.equal("FAIL");

    const withStrays = judgeAfter(200, canary);
    for (let at = 0; at < 10; at++) withStrays.add(second(sample(100, 3), sample(1)));
    expect(withStrays.verdict().outcome).to.equal("FAIL");

    const same = judgeAfter(200, canary);
    same.beginStep(500);
    for (let at = 0; at < 30; at++) same.add(second(sample(100), sample(0)));
    expect(same.verdict().outcome).to.equal("PASS");
    expect(same.verdict().reason).to.match(/blue 0 of 18,000 before that/);
  });

  it("judges a color by the limit when it has no comparison", () => {
    const judge = judgeAfter(10, () => second(sample(100, 12), sample(0)));
    expect(judge.verdict().reason).to.match(
      /^green fails more often than maxErrorRate 5 %: .*\(12 %\)/,
    );
    const below = judgeAfter(30, () => second(sample(100, 4), sample(0)));
    expect(below.verdict().outcome).to.equal("INSUFFICIENT");
  });

  it("judges blue like green", () => {
    const judge = judgeAfter(10, () => second(sample(90), sample(10, 2)), {
      ...OPTIONS,
      candidate: "blue",
    });
    expect(judge.verdict().reason).to.match(/^blue fails more often than green/);
  });
});

describe("the judge of latency", () => {
  const timed = (green: number, blue: number) => (at: number) =>
    second(
      sample(20, 0, timesAround(green, 20, at + 1)),
      sample(20, 0, timesAround(blue, 20, at + 9)),
    );

  it("fails a color that takes three times as long if two are allowed", () => {
    const { outcome, reason } = judgeAfter(60, timed(0.3, 0.1)).verdict();
    expect(outcome).to.equal("FAIL");
    expect(reason).to.match(
      /^green takes more than 2 times as long as blue \(maxLatencyRatio\): p\d+ \d+ ms against \d+ ms of blue; .* to 1 against chance/,
    );
  });

  it("passes a color that is a little slower, with the quantiles", () => {
    const { outcome, reason } = judgeAfter(120, timed(0.12, 0.1)).verdict();
    expect(reason).to.match(
      /; p50 1\d0 ms against 1?\d0+ ms of blue, p95 \d+ ms against \d+ ms of blue$/,
    );
    expect(outcome).to.equal("PASS");
  });

  it("does not pass before the latency is proven", () => {
    const judge = new ReleaseJudge({ ...OPTIONS, minRequests: 0 });
    for (let at = 0; at < 60; at++) {
      const one = (seed: number) => timesAround(0.1, at % 10 === 0 ? 1 : 0, seed);
      judge.add(second(sample(50, 0, one(at + 1)), sample(50, 0, one(at + 2))));
    }
    expect(judge.verdict().outcome).to.equal("INSUFFICIENT");
    expect(judge.verdict().reason).to.match(/not yet proven to take at most 2 times as long: p50/);
  });

  it("ignores differences that users do not notice", () => {
    expect(judgeAfter(120, timed(0.006, 0.001)).verdict().outcome).to.equal("PASS");
  });

  it("compares the same seconds: when both slow down together, neither is slower", () => {
    const judge = judgeAfter(120, (at) => (at < 60 ? timed(0.1, 0.1)(at) : timed(0.9, 0.9)(at)));
    expect(judge.verdict().outcome).to.equal("PASS");
  });
});

describe("the judge under any traffic", () => {
  const count = fc.integer({ min: 0, max: 2000 });
  const sampleOf = fc
    .tuple(count, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean())
    .map(([requests, share, isTimed]) => {
      const failures = Math.floor(requests * share);
      return sample(requests, failures, isTimed ? timesAround(0.05, 5, requests + 1) : undefined);
    });

  it("has finite numbers in its verdict, and an outcome that follows from them", () => {
    const measurements = fc.array(fc.tuple(sampleOf, sampleOf), { maxLength: 30 });
    fc.assert(
      fc.property(measurements, (seconds) => {
        const judge = new ReleaseJudge(OPTIONS);
        for (const [green, blue] of seconds) judge.add(second(green, blue));
        const { outcome, reason, numbers } = judge.verdict();
        expect(Object.values(numbers).every(Number.isFinite)).to.equal(true);
        expect(reason).to.not.match(/NaN|undefined|Infinity/);
        if (outcome === "PASS") {
          expect(numbers["bound"]).to.be.at.most(0.01);
          expect(numbers["requests"]).to.be.at.least(500);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("can be read at any time without side effects", () => {
    const measurements = fc.array(fc.tuple(sampleOf, sampleOf), { maxLength: 20 });
    fc.assert(
      fc.property(measurements, (seconds) => {
        const [asked, silent] = [new ReleaseJudge(OPTIONS), new ReleaseJudge(OPTIONS)];
        for (const [green, blue] of seconds) {
          asked.add(second(green, blue));
          asked.verdict();
          silent.add(second(green, blue));
        }
        expect(asked.verdict()).to.deep.equal(silent.verdict());
      }),
      { numRuns: 30 },
    );
  });
});
