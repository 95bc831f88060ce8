import { expect } from "chai";
import { busiestMinute, callsResult } from "../../../../../dev/bench/digitalocean/callsResult.ts";
import { type Deploys, fleets, type Run } from "../../../../../dev/bench/digitalocean/deploy.ts";
import { deployResult } from "../../../../../dev/bench/digitalocean/deployResult.ts";
import type { Call } from "../../../../../dev/emulators/digitalocean/index.ts";

function call(at: number, status = 200): Call {
  return { at, status, method: "GET", pattern: "/v2/tags", path: "/v2/tags", milliseconds: 1 };
}

function run(seconds: number, calls = 1): Run {
  return {
    milliseconds: seconds * 1000,
    calls: Array.from({ length: calls }, (_, place) => call(place)),
  };
}

function deploys(hosts: number, first: number, more: Partial<Deploys> = {}): Deploys {
  const both = { preview: run(3), noChange: run(3), switchOver: run(30) };
  const same = { otherHosts: 1, isReal: false, deploy: run(10), both };
  return { hosts, first: run(first), ...same, ...more };
}

describe("bench of deploys to droplets", () => {
  it("measures real fleets and waiting ones, and the largest only with a flag", () => {
    const kinds = fleets({ real: [2], waiting: [2], largest: 30, parallel: 64 });
    expect(kinds).to.deep.equal([
      { hosts: 2, otherHosts: 1, isReal: true },
      { hosts: 2, otherHosts: 2, isReal: false },
      { hosts: 30, otherHosts: 1, isReal: false },
      { hosts: 30, otherHosts: 1, isReal: false, parallel: 64 },
    ]);
  });

  it("compares each fleet with the smallest of its kind, and judges the commands that a user types", () => {
    const { rows, goals } = deployResult([
      deploys(2, 100, { isReal: true }),
      deploys(10, 400, { isReal: true }),
      deploys(2, 50),
      deploys(30, 120),
      deploys(30, 60, { parallel: 64 }),
    ]);
    const growth = [
      "relative to the smallest fleet",
      "",
      "4.00x",
      "",
      "2.40x",
      "1.20x",
      "at most 2.00x",
      "missed",
    ];
    expect(rows[1]).to.deep.equal(growth);
    expect(goals.map(({ measured, isMet }) => [measured, isMet])).to.deep.equal([
      ["2.40x", false],
      ["1.00x", true],
      ["1.20x", true],
      ["1.00x", true],
    ]);
  });

  it("finds the busiest minute of calls that were not rejected", () => {
    expect(busiestMinute([])).to.equal(0);
    const calls = [0, 30_000, 59_999, 60_000, 61_000].map((at) => call(at));
    expect(busiestMinute(calls)).to.equal(4);
    expect(busiestMinute([...calls, call(60_500, 429)])).to.equal(4);
  });

  it("counts calls of waiting fleets separately, and rejected ones", () => {
    const same = { preview: run(3), noChange: run(3) };
    const refused = { milliseconds: 1, calls: [call(0, 429), call(1)] };
    const { head, rows, goals } = callsResult([
      deploys(2, 1, { isReal: true }),
      deploys(2, 1, { first: run(1, 300), both: { ...same, switchOver: refused } }),
    ]);
    expect(head).to.deep.equal(["hosts", "2+1", "goal", ""]);
    expect(rows.find(([name]) => name === "first up, calls per host")?.[1]).to.equal("150.0");
    expect(rows.find(([name]) => name === "refused with 429")?.[1]).to.equal("1");
    expect(goals.map(({ measured, isMet }) => [measured, isMet])).to.deep.equal([["300", false]]);
  });
});
