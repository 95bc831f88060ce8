import { expect } from "chai";
import {
  parseContainers,
  restartProblem,
  type SeenContainer,
} from "../../../../release/sources/restarts.ts";

const container = (name: string, restarts = 0, isRunning = true): SeenContainer => ({
  ...{ id: name, name, restarts, isRunning },
  color: name.includes("green") ? "green" : "blue",
  isProcess: name.includes("worker"),
});

const NOW = ["blue-1", "blue-2", "green-1", "green-2"];

/** @param changed As it is now; everything else as at first. */
function problem(first: readonly SeenContainer[], ...changed: readonly SeenContainer[]) {
  const known = new Map(first.map((one) => [one.id, one]));
  const now = new Map([...known, ...changed.map((one) => [one.id, one] as const)]);
  return restartProblem("green", known, [...now.values()]);
}

describe("restarts of the app's containers", () => {
  const first = NOW.map((name) => container(name));

  it("are read from Docker's description", () => {
    const text =
      "a1 /shop-green-1 green 2 true false worker\nb2 /shop-blue-1 blue 0 true true \n" +
      "x /y other 0 true false \n";
    expect(parseContainers(text)).to.deep.equal([
      {
        ...{ id: "a1", name: "shop-green-1", color: "green", restarts: 2 },
        ...{ isRunning: true, isProcess: true },
      },
      {
        ...{ id: "b2", name: "shop-blue-1", color: "blue", restarts: 0 },
        ...{ isRunning: false, isProcess: false },
      },
    ]);
  });

  it("are no problem while there are none", () => {
    expect(problem(first)).to.equal(undefined);
  });

  it("are one for the new color, named with its log", () => {
    expect(problem(first, container("green-2", 3))).to.match(
      /^green-2 was restarted 3 times since .*none of blue was.*docker logs green-2$/,
    );
    expect(problem(first, container("green-1", 1))).to.include("was restarted once");
  });

  it("count from the first look on", () => {
    const once = [...first.slice(0, 3), container("green-2", 4)];
    expect(problem(once)).to.equal(undefined);
    expect(problem(once, container("green-2", 5))).to.include("green-2 was restarted once");
  });

  it("are one where a container has stopped", () => {
    expect(problem(first, container("green-1", 0, false))).to.include("green-1 has stopped");
  });

  it("are none where a process rests, before the switch in one color and after it in the other", () => {
    const resting = container("green-1-worker-1", 0, false);
    const working = container("blue-1-worker-1");
    const both = [...first, resting, working];
    expect(problem(both)).to.equal(undefined);
    const stopped = container("blue-1-worker-1", 0, false);
    expect(problem(both, stopped)).to.equal(undefined);
    expect(problem(both, stopped, container("green-1-worker-1", 1))).to.include(
      "green-1-worker-1 was restarted once",
    );
  });

  it("are none of the new color's where the other one has as many for each container", () => {
    expect(problem(first, container("green-1", 2), container("blue-1", 2))).to.equal(undefined);
    expect(problem(first, container("blue-1", 2))).to.equal(undefined);
    expect(problem(first, container("green-1", 2), container("blue-1", 1))).to.include(
      "those of blue less often",
    );
  });
});
