import { expect } from "chai";
import { movedValues } from "../../../../release/plan/movedValues.ts";

describe("what releases have moved", () => {
  const file = {
    activeColor: "blue",
    blue: { image: "app:1", count: 2, env: { MODE: "new" } },
    smoke: [{ path: "/new" }],
  };

  it("is the live color, and image and number of hosts of both colors", () => {
    const last = {
      activeColor: "green",
      blue: { image: "app:1", count: 1, env: { MODE: "old" } },
      green: { image: "app:2", count: 2 },
      smoke: [{ path: "/old" }],
    };
    expect(movedValues(last, file)).to.deep.equal([
      { key: "activeColor", value: "green" },
      { key: "blue.count", value: "1" },
      { key: "green.image", value: "app:2" },
      { key: "green.count", value: "2" },
    ]);
  });

  it("is the weight of a canary that a release has begun", () => {
    const last = { ...file, canary: { weight: 12.5, header: "x-old" } };
    expect(movedValues(last, file)).to.deep.equal([{ key: "canary.weight", value: "12.5" }]);
  });

  it("is nothing where the file says the same, as text or as a number", () => {
    const last = { ...file, blue: { image: "app:1", count: "2" } };
    expect(movedValues(last, file)).to.deep.equal([]);
  });

  it("takes nothing away that the last update did not have", () => {
    const newer = { ...file, green: { image: "app:2" }, canary: { weight: 0 } };
    expect(movedValues({ activeColor: "blue", blue: { image: "app:1" } }, newer)).to.deep.equal([]);
  });
});
