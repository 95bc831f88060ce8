import { expect } from "chai";
import { frozenBy } from "../../../../release/plan/freeze.ts";

const WEEKEND = { from: "Fri 16:00", to: "Mon 08:00", timeZone: "Europe/Paris" };
const HOLIDAYS = { from: "2026-12-24", to: "2027-01-01", timeZone: "UTC" };

function isFrozen(window: typeof WEEKEND, time: string): boolean {
  return frozenBy([window], new Date(time)) !== undefined;
}

describe("a freeze window", () => {
  it("spans the end of the week, in local time in summer and winter", () => {
    expect(isFrozen(WEEKEND, "2026-07-03T13:59:00Z")).to.equal(false);
    expect(isFrozen(WEEKEND, "2026-07-03T14:00:00Z")).to.equal(true);
    expect(isFrozen(WEEKEND, "2026-11-20T14:59:00Z")).to.equal(false);
    expect(isFrozen(WEEKEND, "2026-11-20T15:00:00Z")).to.equal(true);
    expect(isFrozen(WEEKEND, "2026-11-22T12:00:00Z")).to.equal(true);
    expect(isFrozen(WEEKEND, "2026-11-23T06:59:00Z")).to.equal(true);
    expect(isFrozen(WEEKEND, "2026-11-23T07:00:00Z")).to.equal(false);
  });

  it("includes the last of its dates", () => {
    expect(isFrozen(HOLIDAYS, "2026-12-23T23:59:59Z")).to.equal(false);
    expect(isFrozen(HOLIDAYS, "2026-12-24T00:00:00Z")).to.equal(true);
    expect(isFrozen(HOLIDAYS, "2027-01-01T23:59:59Z")).to.equal(true);
    expect(isFrozen(HOLIDAYS, "2027-01-02T00:00:00Z")).to.equal(false);
  });

  it("is the whole week if it starts and ends at the same time", () => {
    const always = { from: "Mon 00:00", to: "Mon 00:00", timeZone: "UTC" };
    expect(isFrozen(always, "2026-11-26T03:00:00Z")).to.equal(true);
  });

  it("is identified among several", () => {
    const found = frozenBy([HOLIDAYS, WEEKEND], new Date("2026-11-22T12:00:00Z"));
    expect(found).to.equal(WEEKEND);
  });
});
