import { expect } from "chai";
import type { CommandCost, TargetCosts } from "../../../../dev/bench/targets.ts";
import { targetsResult } from "../../../../dev/bench/targetsResult.ts";

function costs(calls: number, ...seconds: readonly number[]): CommandCost[] {
  return seconds.map((one) => ({ milliseconds: one * 1000, calls }));
}

describe("bench of commands without a change", () => {
  it("compares medians with those of the first target", () => {
    const all: TargetCosts[] = [
      { target: "local", noChange: costs(0, 9, 2, 1), preview: costs(0, 1) },
      { target: "ovh", noChange: costs(14, 3, 4, 8), preview: costs(12, 1.5) },
    ];
    const { head, rows } = targetsResult({ hosts: 1, repetitions: 3 }, all);
    expect(head).to.deep.equal(["", "local", "ovh"]);
    expect(rows).to.deep.equal([
      ["no-change up", "2.00 s", "4.00 s"],
      ["relative to local", "1.00x", "2.00x"],
      ["API calls", "0", "14"],
      ["preview without a change", "1.00 s", "1.50 s"],
      ["relative to local", "1.00x", "1.50x"],
      ["API calls", "0", "12"],
    ]);
  });
});
