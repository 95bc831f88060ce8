import { expect } from "chai";
import { Updates } from "../../../../release/engine/updates.ts";

type Entry = ConstructorParameters<typeof Updates>[1][number];

function entry(minute: number, activeColor: string, more: Partial<Entry> = {}): Entry {
  return {
    ...{ kind: "update", result: "succeeded" },
    startTime: new Date(Date.UTC(2026, 0, 1, 0, minute)),
    config: {
      "shop:activeColor": { value: activeColor },
      "shop:blue": { value: '{"image":"shop:1"}' },
      "other:region": { value: "fra1" },
    },
    ...more,
  };
}

describe("a stack's own history", () => {
  it("has the project's config in the last update that succeeded", () => {
    const updates = new Updates("shop", [
      entry(3, "green", { kind: "refresh" }),
      entry(2, "green", { result: "failed" }),
      entry(1, "blue"),
    ]);
    expect(updates.lastConfig()).to.deep.equal({ activeColor: "blue", blue: { image: "shop:1" } });
    expect(new Updates("shop", []).lastConfig()).to.equal(undefined);
  });

  it("has the values of a key since an update", () => {
    const updates = new Updates("shop", [
      entry(4, "blue"),
      entry(3, "green", { result: "failed" }),
      entry(2, "blue"),
      entry(1, "green"),
    ]);
    const since = (start: string) => updates.valuesSince(start, "activeColor");
    expect(since("2026-01-01T00:02:00.000Z")).to.deep.equal(["blue", "green"]);
    expect(since("2026-01-01T00:04:00.000Z")).to.deep.equal([]);
    expect(since("2025-01-01T00:00:00.000Z")).to.have.length(4);
  });
});
