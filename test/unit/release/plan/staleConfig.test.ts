import { expect } from "chai";
import { staleConfig } from "../../../../release/plan/staleConfig.ts";

describe("the stale values of a stack file", () => {
  const file = {
    activeColor: "blue",
    blue: { image: "app:1", count: 2, env: { MODE: "new" } },
    smoke: [{ path: "/new" }],
  };

  it("are the active color, and the image and host count of both colors", () => {
    const last = {
      activeColor: "green",
      blue: { image: "app:1", count: 1, env: { MODE: "old" } },
      green: { image: "app:2", count: 2 },
      smoke: [{ path: "/old" }],
    };
    expect(staleConfig(last, file)).to.deep.equal([
      { key: "activeColor", value: "green" },
      { key: "blue.count", value: "1" },
      { key: "green.image", value: "app:2" },
      { key: "green.count", value: "2" },
    ]);
  });

  it("include the weight of a canary that a release has started", () => {
    const last = { ...file, canary: { weight: 12.5, header: "x-old" } };
    expect(staleConfig(last, file)).to.deep.equal([{ key: "canary.weight", value: "12.5" }]);
  });

  it("are none if the file matches, as text or as a number", () => {
    const last = { ...file, blue: { image: "app:1", count: "2" } };
    expect(staleConfig(last, file)).to.deep.equal([]);
  });

  it("include a canary that has ended since, so that its weight is not given to users again", () => {
    const plain = { ...file, canary: { weight: 50 } };
    expect(staleConfig(file, plain)).to.deep.equal([{ key: "canary" }]);
    const withHeader = { ...file, canary: { weight: 50, header: "x-canary" } };
    expect(staleConfig(file, withHeader)).to.deep.equal([{ key: "canary.weight", value: "0" }]);
  });

  it("have the active color of the balancer, whatever the last update had", () => {
    expect(staleConfig({ activeColor: "blue" }, file, "green")).to.deep.equal([
      { key: "activeColor", value: "green" },
    ]);
    expect(staleConfig({ activeColor: "green" }, file, "blue")).to.deep.equal([]);
  });

  it("exclude values that the last update did not have", () => {
    const newer = { ...file, green: { image: "app:2" }, canary: { weight: 0 } };
    expect(staleConfig({ activeColor: "blue", blue: { image: "app:1" } }, newer)).to.deep.equal([]);
  });
});
