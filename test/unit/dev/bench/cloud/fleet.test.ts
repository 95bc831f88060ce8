import { expect } from "chai";
import { monotonic, monotonicAt } from "../../../../../dev/bench/clock.ts";
import {
  type BenchedCloud,
  checkCalls,
  oncePerFleet,
} from "../../../../../dev/bench/cloud/fleet.ts";

describe("bench of fleets in a cloud", () => {
  it("makes what ways share once for each fleet", async () => {
    let made = 0;
    const open = oncePerFleet(() => Promise.resolve((made += 1)));
    const [one, other] = [{}, {}];
    expect(await Promise.all([open(one), open(one), open(other)])).to.deep.equal([1, 1, 2]);
  });

  it("has no figures where an API was asked for what it does not know", () => {
    const cloud = (violations: BenchedCloud["violations"]): BenchedCloud => ({
      ...{ label: "", violations, calls: () => [] },
      stop: () => Promise.resolve(),
    });
    expect(() => checkCalls({ cloud: cloud([]) })).not.to.throw();
    const violation = { kind: "request", where: "GET /v2/x", problem: "unknown" } as const;
    expect(() => checkCalls({ cloud: cloud([violation]) })).to.throw("GET /v2/x");
  });

  it("finds the time of a call on the clock of the traffic", () => {
    const before = monotonic();
    const at = monotonicAt(Date.now());
    // Date counts whole milliseconds.
    expect(at).to.be.within(before - 2, monotonic() + 2);
  });
});
