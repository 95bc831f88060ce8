import { expect } from "chai";
import { later, laterGeneration } from "../../../lib/generation.ts";

const TEN_MINUTES = 600_000;

describe("a generation", () => {
  const now = Date.parse("2026-11-28T05:00:00.000Z");
  const ahead = new Date(now + TEN_MINUTES).toISOString();

  it("is the time", () => {
    expect(laterGeneration(now, [])).to.equal("2026-11-28T05:00:00.000Z");
    expect(laterGeneration(now, [undefined, "by-hand-1"])).to.equal("2026-11-28T05:00:00.000Z");
    expect(later(now, undefined)).to.equal(now);
  });

  it("is later than one recorded by a machine whose clock is ahead", () => {
    expect(laterGeneration(now, ["2026-11-01T00:00:00.000Z", ahead])).to.equal(
      "2026-11-28T05:10:00.001Z",
    );
    expect(laterGeneration(now, [ahead]) > ahead).to.equal(true);
    expect(later(now, now + TEN_MINUTES)).to.equal(now + TEN_MINUTES + 1);
  });
});
