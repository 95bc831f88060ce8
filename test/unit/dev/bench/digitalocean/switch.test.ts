import { expect } from "chai";
import type { Moves } from "../../../../../dev/bench/cloud/moves.ts";
import { cloudSwitchResult } from "../../../../../dev/bench/digitalocean/switchResult.ts";
import { WAYS } from "../../../../../dev/bench/digitalocean/ways.ts";
import { FULL } from "../../../../../dev/bench/parameters.ts";

/** Requests of 2 ms, 10 ms apart; those that begin between the two times fail. */
function moves(isOurs: boolean, lost: { from: number; to: number }): Moves {
  const startedAt = Float64Array.from({ length: 100 }, (_, place) => place * 10);
  const times = { startedAt: 100, acknowledgedAt: 300, movedAt: 500, until: 900 };
  return {
    kind: { name: isOurs ? "ours" : "theirs", isOurs, open: () => Promise.reject(new Error()) },
    log: {
      startedAt,
      endedAt: startedAt.map((time) => time + 2),
      outcome: Uint8Array.from(startedAt, (at) => (at >= lost.from && at < lost.to ? 1 : 0)),
      color: new Uint8Array(100).fill(1),
      isNewConnection: new Uint8Array(100),
      colors: ["blue"],
      failures: [isOurs ? "503 of ours" : "503 of theirs"],
    },
    switches: [{ from: "blue", ...times, calls: [] }],
    seen: [{ stale: isOurs ? 0 : 7, lastOldAt: 0, firstNewAt: 0 }],
  };
}

function cells(all: readonly Moves[], name: string): readonly string[] | undefined {
  return cloudSwitchResult(FULL.cloudSwitch, all)
    .rows.find((row) => row[0] === name)
    ?.slice(1);
}

describe("bench of switches of droplets", () => {
  const nothing = { from: 0, to: 0 };
  const second = { from: 200, to: 400 };

  it("puts the methods side by side, and judges only ours", () => {
    const all = [moves(true, nothing), moves(false, second)];
    expect(cells(all, "failed requests")).to.deep.equal(["0", "20", "0", "met"]);
    expect(cells(all, "stale answers")).to.deep.equal(["0", "7", "0", "met"]);
    expect(cells(all, "longest gap")).to.deep.equal(["10.0 ms", "210 ms"]);
    const { goals } = cloudSwitchResult(FULL.cloudSwitch, [moves(true, second)]);
    expect(goals.map(({ isMet }) => isMet)).to.deep.equal([false, true]);
  });

  it("also counts failures after the balancer has followed", () => {
    expect(cells([moves(true, { from: 600, to: 700 })], "failed requests")?.[0]).to.equal("10");
  });

  it("reports our first failures", () => {
    const { method } = cloudSwitchResult(FULL.cloudSwitch, [
      moves(true, second),
      moves(false, second),
    ]);
    expect(method.at(-1)).to.equal("First failures of ours: ours: 503 of ours");
  });

  it("begins with the baseline method", () => {
    expect(WAYS[0]).to.include({ name: "pulumi up", isOurs: true });
  });
});
