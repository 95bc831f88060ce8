import { expect } from "chai";
import type { Answer, Kind } from "../../../load/index.ts";
import { LoadReport } from "../../../load/index.ts";
import { RequestLog } from "../../../load/requestLog.ts";

/** Start, end, and what differs from "a keep-alive answer 200 of blue". */
type Row = [startedAt: number, endedAt: number, answer?: Answer, kind?: Kind];

const BLUE: Answer = { status: 200, color: "blue" };
const GREEN: Answer = { status: 200, color: "green" };
const REFUSED: Answer = { reason: "connect", error: "refused" };

function reportOf(rows: readonly Row[], startedAt = 0, endedAt = 3000): LoadReport {
  const log = new RequestLog();
  for (const [start, end, answer = BLUE, kind = "keepAlive"] of rows) {
    log.append(kind, start, end, answer);
  }
  return new LoadReport({ log, failures: [], marks: [], startedAt, endedAt });
}

describe("load report", () => {
  it("gives quantiles by nearest rank", () => {
    const rows = Array.from({ length: 200 }, (_, i): Row => [0, 200 - i]);
    expect(reportOf(rows).latency()).to.deep.equal({
      count: 200,
      p50: 100,
      p95: 190,
      p99: 198,
      max: 200,
    });
    expect(reportOf([[10, 13]]).latency()).to.deep.equal({
      count: 1,
      p50: 3,
      p95: 3,
      p99: 3,
      max: 3,
    });
    expect(reportOf([]).latency().p99).to.be.NaN;
  });

  it("times the requests that began in a range, excluding failed and slow ones", () => {
    const report = reportOf([
      [99, 120],
      [100, 104],
      [150, 151, REFUSED],
      [199, 299],
      [200, 201],
      [100, 3100, BLUE, "slow"],
    ]);
    expect(report.latency({ from: 100, to: 200 })).to.include({ count: 2, p50: 4, max: 100 });
    expect(report.latency({ from: 100 }, ["slow"])).to.include({ count: 1, max: 3000 });
  });

  it("counts the old color's answers to requests that began after a time", () => {
    const report = reportOf([
      [90, 110],
      [100, 112],
      [100.01, 113],
      [101, 114, GREEN],
      [102, 115, { reason: "status", status: 500, color: "blue" }],
      [103, 116, REFUSED],
    ]);
    expect(report.staleAfter(100, "blue")).to.equal(2);
    expect(report.staleAfter(100, "green")).to.equal(1);
    expect(report.staleAfter(100, "red")).to.equal(0);
    expect(report.byColor).to.deep.equal({ blue: 4, green: 1 });
  });

  it("finds the last answer of a color", () => {
    const report = reportOf([
      [1, 2],
      [2, 7],
      [3, 9, GREEN],
      [4, 11, REFUSED],
    ]);
    expect(report.lastAnswerOf("blue")).to.equal(7);
    expect(report.lastAnswerOf("green")).to.equal(9);
    expect(report.lastAnswerOf("red")).to.be.undefined;
  });

  it("measures the longest gap between successes, edges included", () => {
    const rows: Row[] = [
      [0, 10],
      [0, 50],
      [0, 200, REFUSED],
      [0, 350],
      [0, 400],
    ];
    expect(reportOf(rows, 0, 420).longestGap()).to.equal(300);
    expect(reportOf(rows, 0, 1000).longestGap()).to.equal(600);
    expect(reportOf(rows).longestGap({ from: 20, to: 100 })).to.equal(50);
    expect(reportOf(rows).longestGap({ from: 60, to: 300 })).to.equal(240);
  });

  it("splits a run into seconds by the start of each request", () => {
    const rows: Row[] = [
      [1000, 1004],
      [1999, 2005, REFUSED],
      [3000, 3010, GREEN],
    ];
    const seconds = reportOf(rows, 1000, 3500).perSecond();
    expect(seconds.map(({ from, done, failed }) => [from, done, failed])).to.deep.equal([
      [1000, 1, 1],
      [2000, 0, 0],
      [3000, 1, 0],
    ]);
    expect(seconds[0]?.latency.p99).to.equal(4);
    expect(seconds[2]?.byColor).to.deep.equal({ green: 1 });
  });

  it("keeps counting when there are more colors than it can distinguish", () => {
    const report = reportOf(
      Array.from({ length: 300 }, (_, i): Row => [0, 1, { status: 200, color: `c${i}` }]),
    );
    expect(report.byColor).to.include({ c0: 1, c253: 1, other: 46 });
    expect(report.byColor).to.not.have.property("c254");
  });

  it("holds two million requests in modest memory and reports in seconds", () => {
    const log = new RequestLog();
    for (let i = 0; i < 2_000_000; i++) log.append("keepAlive", i, i + (i % 100), BLUE);
    expect(log.startedAt.byteLength + log.endedAt.byteLength).to.be.at.most(34 * 2 ** 20);
    const report = new LoadReport({ log, failures: [], marks: [], startedAt: 0, endedAt: 2e6 });
    expect(report.latency()).to.include({ count: 2_000_000, p50: 49, p99: 98, max: 99 });
    expect(report.perSecond()).to.have.lengthOf(2000);
    expect(report.failedTotal).to.equal(0);
  });
});
