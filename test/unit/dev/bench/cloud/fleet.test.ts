import { expect } from "chai";
import { monotonic, monotonicAt } from "../../../../../dev/bench/clock.ts";
import {
  type BenchedCloud,
  checkCalls,
  oncePerFleet,
} from "../../../../../dev/bench/cloud/fleet.ts";

describe("bench of cloud fleets", () => {
  it("creates what the compared methods share once per fleet", async () => {
    let made = 0;
    const open = oncePerFleet(() => Promise.resolve((made += 1)));
    const [one, other] = [{}, {}];
    expect(await Promise.all([open(one), open(one), open(other)])).to.deep.equal([1, 1, 2]);
  });

  it("has no figures when a call does not match an API's description", () => {
    const cloud = (violations: BenchedCloud["violations"]): BenchedCloud => ({
      ...{ label: "", violations, calls: () => [] },
      stop: () => Promise.resolve(),
    });
    expect(() => checkCalls({ cloud: cloud([]) })).not.to.throw();
    const violation = { kind: "request", where: "GET /v2/x", problem: "unknown" } as const;
    expect(() => checkCalls({ cloud: cloud([violation]) })).to.throw("GET /v2/x");
  });

  it("maps the time of a call to the clock of the traffic", () => {
    const before = monotonic();
    const at = monotonicAt(Date.now());
    // Date counts whole milliseconds.
    expect(at).to.be.within(before - 2, monotonic() + 2);
  });
});
