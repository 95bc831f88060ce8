import fc from "fast-check";
import { expect } from "chai";
import {
  betsAlone,
  betsBeside,
  marginBetAlone,
  marginBetBeside,
  type Rates,
} from "../../../../release/judge/bets.ts";
import type { Tally } from "../../../../release/judge/blocks.ts";
import { logGamma, logSum, timesLog } from "../../../../release/judge/logMath.ts";

const RATIOS = [0.01, 0.25, 0.5, 2, 4, 30, 1000];

const tally = (most = 1e6) =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([requests, share]): Tally => ({ requests, failures: Math.floor(requests * share) }));

describe("bets beside the other color", () => {
  // The average over all possible arrangements of the failures, by their exact probabilities.
  function averageReturn(
    requests: number,
    others: number,
    failures: number,
    ratio: number,
  ): number {
    const ways: number[] = [];
    const returns: number[] = [];
    for (let k = Math.max(0, failures - others); k <= Math.min(failures, requests); k++) {
      ways.push(logChoose(requests, k) + logChoose(others, failures - k));
      const [bet] = betsBeside(
        { requests, failures: k },
        { requests: others, failures: failures - k },
        [ratio],
      );
      returns.push(bet!);
    }
    return Math.exp(logSum(ways.map((way, at) => way + returns[at]!)) - logSum(ways));
  }

  function logChoose(n: number, k: number): number {
    return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  }

  it("return their stake on average if the color makes no difference", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...RATIOS),
        (requests, others, share, ratio) => {
          const failures = Math.round(share * (requests + others));
          expect(averageReturn(requests, others, failures, ratio)).to.be.closeTo(1, 1e-9);
        },
      ),
    );
  });

  it("return more when more of the failures are the candidate's", () => {
    fc.assert(
      fc.property(tally(5000), tally(5000), (candidate, other) => {
        fc.pre(candidate.failures < candidate.requests && other.failures > 0);
        const worse = { ...candidate, failures: candidate.failures + 1 };
        const better = { ...other, failures: other.failures - 1 };
        const [before] = betsBeside(candidate, other, [4]);
        const [after] = betsBeside(worse, better, [4]);
        expect(after! - before!).to.be.closeTo(Math.log(4), 1e-6);
      }),
    );
  });

  it("are void if nothing failed, everything failed, or there were no requests", () => {
    const passed = { requests: 7, failures: 0 };
    const all = { requests: 7, failures: 7 };
    const nothing = { requests: 0, failures: 0 };
    for (const [candidate, other] of [
      [passed, passed],
      [all, all],
      [nothing, all],
      [{ requests: 3, failures: 2 }, nothing],
    ] as const) {
      expect(betsBeside(candidate, other, [10, 0.1])).to.deep.equal([0, 0]);
    }
  });

  it("stay finite for any traffic", () => {
    fc.assert(
      fc.property(tally(30_000), tally(30_000), (candidate, other) => {
        for (const bet of betsBeside(candidate, other, RATIOS))
          expect(bet).to.satisfy(Number.isFinite);
      }),
      { numRuns: 30 },
    );
  });
});

describe("bets on a candidate alone", () => {
  it("return their stake on average at the rate, and less below it", () => {
    const rates = fc.double({ min: 0.001, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(rates, rates, fc.constantFrom(2, 10, 100), (rate, other, ratio) => {
        const [hit] = betsAlone({ requests: 1, failures: 1 }, rate, [ratio]);
        const [miss] = betsAlone({ requests: 1, failures: 0 }, rate, [ratio]);
        const average = (p: number) => p * Math.exp(hit!) + (1 - p) * Math.exp(miss!);
        expect(average(rate)).to.be.closeTo(1, 1e-9);
        expect(average(Math.min(rate, other))).to.be.at.most(1 + 1e-9);
      }),
    );
  });

  it("are void against rates that can't be exceeded or undercut", () => {
    expect(betsAlone({ requests: 5, failures: 5 }, 1, [2])).to.deep.equal([0]);
    expect(betsAlone({ requests: 5, failures: 0 }, 0, [0.5])).to.deep.equal([0]);
  });
});

describe("bets against a margin", () => {
  const rates = fc.double({ min: 0.001, max: 0.6, noNaN: true });

  /** Over all numbers of failures, by the exact probabilities of two binomial counts. */
  function averageReturn(sizes: [number, number], truth: Rates, likely: Rates, margin: number) {
    const returns: number[] = [];
    for (let x = 0; x <= sizes[0]; x++) {
      for (let y = 0; y <= sizes[1]; y++) {
        const candidate = { requests: sizes[0], failures: x };
        const other = { requests: sizes[1], failures: y };
        const chance = logChance(candidate, truth.candidate) + logChance(other, truth.other);
        returns.push(chance + marginBetBeside({ candidate, other }, likely, margin));
      }
    }
    return Math.exp(logSum(returns));
  }

  function logChance({ requests, failures }: Tally, rate: number): number {
    const ways =
      logGamma(requests + 1) - logGamma(failures + 1) - logGamma(requests - failures + 1);
    return ways + timesLog(failures, rate) + timesLog(requests - failures, 1 - rate);
  }

  it("return no more than their stake on average if a candidate is worse by the margin", () => {
    const size = fc.integer({ min: 1, max: 12 });
    const margins = fc.constantFrom(0.001, 0.01, 0.1, 0.3);
    fc.assert(
      fc.property(size, size, rates, rates, rates, margins, (m, n, low, likely, other, margin) => {
        for (const excess of [margin, (margin + 1 - low) / 2]) {
          fc.pre(low + excess < 1);
          const truth = { candidate: low + excess, other: low };
          const average = averageReturn([m, n], truth, { candidate: likely, other }, margin);
          expect(average).to.be.at.most(1 + 1e-9);
        }
      }),
    );
  });

  it("win if a candidate is not worse", () => {
    const alike = { candidate: 0.05, other: 0.05 };
    expect(averageReturn([30, 30], alike, alike, 0.1)).to.be.above(1.1);
  });

  it("return no more than their stake on a candidate alone at the rate or above", () => {
    fc.assert(
      fc.property(rates, rates, rates, (least, more, likely) => {
        const bet = (failures: number) =>
          Math.exp(marginBetAlone({ requests: 1, failures }, likely, least));
        const rate = Math.max(least, more);
        expect(rate * bet(1) + (1 - rate) * bet(0)).to.be.at.most(1 + 1e-9);
      }),
    );
  });
});
