import { expect } from "chai";
import {
  durations,
  failedIn,
  failedOf,
  longestGap,
  lookAt,
  newConnectionsOf,
  totalOf,
  type TrafficLog,
} from "../../../../dev/bench/traffic/log.ts";

const COLORS = ["blue", "green"];

interface Request {
  readonly start: number;
  readonly end: number;
  /** Absent for a request that failed without an answer. */
  readonly color?: string;
}

function logOf(requests: readonly Request[]): TrafficLog {
  return {
    startedAt: Float64Array.from(requests, ({ start }) => start),
    endedAt: Float64Array.from(requests, ({ end }) => end),
    outcome: Uint8Array.from(requests, ({ color }) => (color ? 0 : 1)),
    color: Uint8Array.from(requests, ({ color }) => COLORS.indexOf(color ?? "") + 1),
    isNewConnection: Uint8Array.from(requests, (_, place) => place % 2),
    colors: COLORS,
    failures: [],
  };
}

describe("bench traffic log", () => {
  const log = logOf([
    { start: 90, end: 100, color: "blue" },
    { start: 105, end: 112, color: "blue" },
    { start: 108, end: 113, color: "green" },
    { start: 118, end: 119 },
    { start: 110, end: 130, color: "blue" },
    { start: 125, end: 131, color: "green" },
    { start: 205, end: 210, color: "blue" },
  ]);
  const change = { from: "blue", startedAt: 104, acknowledgedAt: 115, until: 200 };

  it("counts requests, failures and colors", () => {
    expect([totalOf(log), failedOf(log), newConnectionsOf(log)]).to.deep.equal([7, 1, 3]);
  });

  it("sees a switch as users do: the first new answer and the last old one", () => {
    expect(lookAt(log, change)).to.deep.equal({ stale: 0, firstNewAt: 113, lastOldAt: 130 });
  });

  it("calls an old answer stale only if its request began after the acknowledgement", () => {
    expect(lookAt(log, { ...change, acknowledgedAt: 109 }).stale).to.equal(1);
  });

  it("leaves the requests after the next switch to that switch", () => {
    expect(lookAt(log, { ...change, until: 300 })).to.include({ stale: 1, lastOldAt: 210 });
  });

  it("reports that no answer of the new color came", () => {
    expect(lookAt(log, { ...change, startedAt: 204, acknowledgedAt: 204 }).firstNewAt).to.be.NaN;
  });

  it("takes the durations of successful requests that began in a window", () => {
    const windows = [
      { from: 90, to: 105 },
      { from: 118, to: 126 },
      { from: 205, to: 206 },
    ];
    expect(durations(log, windows)).to.deep.equal([10, 6, 5]);
  });

  it("counts failures by when their request began", () => {
    expect(failedIn(log, { from: 118, to: 119 })).to.equal(1);
    expect(failedIn(log, { from: 119, to: 300 })).to.equal(0);
  });

  it("measures the longest time without a good answer, from edge to edge", () => {
    expect(longestGap(log, { from: 90, to: 220 })).to.equal(79);
    expect(longestGap(log, { from: 100, to: 132 })).to.equal(17);
    expect(longestGap(log, { from: 132, to: 200 })).to.equal(68);
  });
});
