import { expect } from "chai";
import fc from "fast-check";
import { Blocks, type Tally } from "../../../../release/judge/blocks.ts";
import { Evidence } from "../../../../release/judge/evidence.ts";
import { Histogram } from "../../../../release/judge/histogram.ts";
import { logAdd, logBeta, logGamma, logSum, rootOf } from "../../../../release/judge/logMath.ts";
import { lowerBound, upperBound } from "../../../../release/judge/rateBounds.ts";

const tally = (most = 1e6) =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([requests, share]): Tally => ({ requests, failures: Math.floor(requests * share) }));

describe("logarithms of the judgement", () => {
  it("give the factorials", () => {
    let product = 1;
    for (let n = 1; n <= 20; n++) {
      expect(logGamma(n)).to.be.closeTo(Math.log(product), 1e-12 * Math.max(1, Math.log(product)));
      product *= n;
    }
    expect(logGamma(0.5)).to.be.closeTo(Math.log(Math.PI) / 2, 1e-12);
    expect(logBeta(2, 3)).to.be.closeTo(Math.log(1 / 12), 1e-12);
  });

  it("add numbers that no double can hold", () => {
    expect(logAdd(2000, 2000)).to.be.closeTo(2000 + Math.log(2), 1e-9);
    expect(logAdd(-Infinity, -5)).to.equal(-5);
    expect(logSum([-3000, -3000, -3000])).to.be.closeTo(-3000 + Math.log(3), 1e-9);
    expect(logSum([])).to.equal(-Infinity);
  });

  it("find the zero of an increasing function", () => {
    expect(rootOf((x) => x * x - 2, 0, 2)).to.be.closeTo(Math.SQRT2, 1e-11);
  });
});

describe("evidence", () => {
  it("starts at even odds and loses nothing on void bets", () => {
    const evidence = new Evidence(3);
    expect(evidence.log).to.be.closeTo(0, 1e-12);
    for (let bet = 0; bet < 1000; bet++) evidence.add([0, 0, 0]);
    expect(evidence.log).to.be.closeTo(0, 1e-9);
  });

  it("finds a late change nearly as fast as one from the start", () => {
    const toProof = (quiet: number) => {
      const evidence = new Evidence(1);
      for (let bet = 0; bet < quiet; bet++) evidence.add([-0.5]);
      let bets = 0;
      for (; evidence.log < Math.log(20); bets++) evidence.add([1]);
      return bets;
    };
    expect(toProof(0)).to.be.at.most(4);
    // Had everything been bet at the start, 250 good bets would first have to recover the loss.
    expect(toProof(500)).to.be.at.most(12);
  });

  it("keeps no more than its cap", () => {
    const evidence = new Evidence(2, 5);
    for (let bet = 0; bet < 100; bet++) evidence.add([3, 2]);
    expect(evidence.log).to.be.closeTo(5, 0.1);
  });
});

describe("bounds of a rate", () => {
  it("enclose the observed rate, and narrow with the sample", () => {
    fc.assert(
      fc.property(tally(1e8), (seen) => {
        fc.pre(seen.requests > 0);
        const rate = seen.failures / seen.requests;
        const [low, high] = [lowerBound(seen, 0.01), upperBound(seen, 0.01)];
        expect(low)
          .to.be.at.least(0)
          .and.at.most(rate + 1e-12);
        expect(high)
          .to.be.at.most(1)
          .and.at.least(rate - 1e-12);
        const more = { requests: seen.requests * 10, failures: seen.failures * 10 };
        expect(upperBound(more, 0.01)).to.be.at.most(high + 1e-12);
        expect(lowerBound(more, 0.01)).to.be.at.least(low - 1e-12);
      }),
    );
  });

  it("say nothing without requests", () => {
    const nothing = { requests: 0, failures: 0 };
    expect([lowerBound(nothing, 0.05), upperBound(nothing, 0.05)]).to.deep.equal([0, 1]);
  });

  it("allow for a few failures when none of many requests failed", () => {
    const bound = upperBound({ requests: 100_000, failures: 0 }, 0.05);
    expect(bound * 100_000).to.be.within(3, 10);
  });
});

describe("blocks", () => {
  it("end once both colors have requests, and lose none", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(tally(30), tally(30)), { maxLength: 50 }), (measured) => {
        const blocks = new Blocks();
        let candidates = 0;
        let others = 0;
        for (const [candidate, other] of measured) {
          others += other.requests;
          const block = blocks.add(candidate, other);
          if (!block) continue;
          candidates += block.candidate.requests;
          expect(block.candidate.requests).to.be.at.least(1);
          if (block.other.requests === 0) expect(block.candidate.requests).to.be.at.least(10);
          expect(block.before.requests + block.other.requests).to.be.at.most(others);
        }
        expect(blocks.before.requests).to.equal(others);
        expect(candidates).to.be.at.most(sumOf(measured.map(([candidate]) => candidate)));
      }),
    );
  });

  it("distinguish a candidate with all traffic from one that waits for the other color", () => {
    const blocks = new Blocks();
    expect(blocks.add({ requests: 0, failures: 0 }, { requests: 500, failures: 1 })).to.be
      .undefined;
    expect(blocks.add({ requests: 9, failures: 0 }, { requests: 0, failures: 0 })).to.be.undefined;
    expect(blocks.add({ requests: 1, failures: 1 }, { requests: 0, failures: 0 })).to.deep.equal({
      candidate: { requests: 10, failures: 1 },
      other: { requests: 0, failures: 0 },
      before: { requests: 500, failures: 1 },
    });
  });

  it("ignore a few stray requests to the other color, and remember them", () => {
    const blocks = new Blocks();
    const candidate = { requests: 100, failures: 2 };
    const stray = { requests: 1, failures: 1 };
    expect(blocks.add(candidate, stray)?.other.requests).to.equal(0);
    expect(blocks.add(candidate, { requests: 10, failures: 0 })).to.deep.equal({
      candidate,
      other: { requests: 10, failures: 0 },
      before: stray,
    });
  });

  function sumOf(tallies: readonly Tally[]): number {
    return tallies.reduce((sum, { requests }) => sum + requests, 0);
  }
});

describe("a histogram of durations", () => {
  it("gives quantiles within two percent", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-4, max: 100, noNaN: true }), { minLength: 1, maxLength: 500 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (times, share) => {
          const histogram = new Histogram();
          for (const time of times) histogram.add(time);
          const exact = times.sort((a, b) => a - b)[Math.ceil(share * times.length) - 1]!;
          expect(histogram.quantile(share) / exact).to.be.within(0.999, 1.021);
        },
      ),
    );
  });

  it("follows a change, and has no quantile without values", () => {
    const histogram = new Histogram();
    expect(histogram.quantile(0.5)).to.be.NaN;
    for (let i = 0; i < 50_000; i++) histogram.add(0.1);
    for (let i = 0; i < 50_000; i++) histogram.add(0.9);
    expect(histogram.quantile(0.5)).to.be.closeTo(0.9, 0.02);
    expect(histogram.total).to.be.at.most(20_000);
  });

  it("accepts a duration of zero", () => {
    const histogram = new Histogram();
    histogram.add(0);
    expect(histogram.quantile(0.5)).to.be.at.most(1e-5);
  });
});
