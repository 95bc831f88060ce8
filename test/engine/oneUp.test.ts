import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { buildApp } from "../helpers/images.ts";
import { TestStack } from "../helpers/testStack.ts";
import { expectUnharmed, steadyLoad } from "../helpers/traffic.ts";

describe("an up that deploys and switches", () => {
  let stack: TestStack;
  let v2 = "";

  before(async () => {
    v2 = await buildApp("v2");
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 2 },
      green: { image: await buildApp("v0"), count: 2 },
    });
    await stack.mustUp();
  });
  after(() => stack.remove());

  it("serves only the new version from the new color, and drops nothing", async () => {
    const blue = await stack.containers("blue");
    const load = steadyLoad(stack.url);
    const versions = watchVersions(stack.url);
    await stack.set({ activeColor: "green", green: { image: v2, count: 2 } });
    const output = await stack.mustUp();
    await sleep(1000);
    expectUnharmed(await load.stop(), "blue", "green");
    // One change: blue never answers again once green has.
    expect(await versions.stop()).to.deep.equal(["blue v1", "green v2"]);
    expectOrder(output, [
      "green-image updated",
      "green-1 updated",
      "gate updated",
      "edge-route updated",
    ]);
    expectOrder(output, ["green-2 updated", "gate updated"]);
    expect(await stack.containers("blue")).to.deep.equal(blue);
    expect(await stack.outputs()).to.include({ activeColor: "green", idleColor: "blue" });
  });
});

/** Polls continuously; `stop` returns each change of color and version in the order seen. */
function watchVersions(url: string): { stop(): Promise<string[]> } {
  const seen: string[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const { color, version } = (await (await fetch(url)).json()) as Record<string, string>;
      const said = `${color} ${version}`;
      if (seen.at(-1) !== said) seen.push(said);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await asking;
      return seen;
    },
  };
}

function expectOrder(output: string, steps: readonly string[]): void {
  const places = steps.map((step) => output.indexOf(`command:local:Command ${step}`));
  expect(places, output).not.to.include(-1);
  expect(places, output).to.deep.equal([...places].sort((a, b) => a - b));
}
