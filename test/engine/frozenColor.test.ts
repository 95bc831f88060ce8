import { expect } from "chai";
import { buildApp } from "../helpers/images.ts";
import { type CliResult, type StackConfig, TestStack } from "../helpers/testStack.ts";

describe("a color that takes traffic", () => {
  let stack: TestStack;
  let v1 = "";
  let v2 = "";
  let blueIds: Record<string, string> = {};

  before(async () => {
    [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
    stack = await TestStack.create({
      ...live(),
      green: { image: v2, count: 1 },
      drainSeconds: 0,
    });
    await stack.mustUp();
    blueIds = await stack.containers("blue");
  });
  after(() => stack.remove());

  /** What the stack was brought up with, blue live, and no more. */
  const live = () => ({
    activeColor: "blue",
    blue: { image: v1, count: 2 },
    app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
  });

  /** Previews a config, and puts back the old one. */
  async function previewOf(config: StackConfig): Promise<CliResult> {
    await stack.set(config);
    const result = await stack.preview();
    await stack.set(live());
    return result;
  }

  function expectRefusal({ ok, output }: CliResult, color: string, change: string): void {
    expect(ok, output).to.equal(false);
    expect(output).to.contain(
      `${color} takes traffic, so this pulumi up may not change ${change}.`,
    );
    const other = color === "blue" ? "green" : "blue";
    expect(output).to.contain(`Change the idle color instead (pulumi config set --path ${other}.…`);
    expect(output).to.contain("pulumi config set allowLiveChange true");
  }

  it("is refused another image in a preview", async () => {
    const result = await previewOf({ blue: { image: v2, count: 2 } });
    expectRefusal(result, "blue", `blue.image (${v1} -> ${v2})`);
  });

  it("is refused another environment in a preview, which does not print it", async () => {
    const result = await previewOf({ blue: { image: v1, count: 2, env: { LEVEL: "quiet" } } });
    expectRefusal(result, "blue", "blue.env or app.env");
  });

  it("is refused another port in a preview", async () => {
    const result = await previewOf({ app: { ...live().app, port: 9000 } });
    expect(result.output).to.contain("app.port (8000 -> 9000)");
    expect(result.ok, result.output).to.equal(false);
  });

  it("is refused another image also where the same up would move its traffic away", async () => {
    const result = await previewOf({ activeColor: "green", blue: { image: v2, count: 2 } });
    expectRefusal(result, "blue", `blue.image (${v1} -> ${v2})`);
  });

  it("is not shrunk or removed in the up that takes its traffic away", async () => {
    const fewer = await previewOf({ activeColor: "green", blue: { image: v1, count: 1 } });
    expect(fewer.ok, fewer.output).to.equal(false);
    expect(fewer.output).to.contain(
      "blue.count: must stay 2 in the pulumi up that takes the traffic away from blue, got 1",
    );
    expect(fewer.output).to.contain("Move the traffic first");
    const none = await previewOf({ activeColor: "green", blue: undefined });
    expect(none.ok, none.output).to.equal(false);
    expect(none.output).to.contain("blue.count: must stay 2");
  });

  it("is refused in an up without preview as well, which leaves its containers", async () => {
    await stack.set({ activeColor: "green", blue: { image: v2, count: 2 } });
    expectRefusal(await stack.up("--skip-preview"), "blue", `blue.image (${v1} -> ${v2})`);
    expect(await stack.containers("blue")).to.deep.equal(blueIds);
    expect(await stack.route()).to.equal("blue:0:off");
    await stack.set(live());
  });

  it("is refused a change as a canary with a weight, also when that is taken away", async () => {
    await stack.set({ canary: { weight: 10 } });
    await stack.mustUp();
    const kept = await previewOf({ green: { image: v1, count: 1 } });
    expectRefusal(kept, "green", `green.image (${v2} -> ${v1})`);
    const ended = await previewOf({ canary: undefined });
    expectRefusal(ended, "green", `green.image (${v2} -> ${v1})`);
  });

  it("is changed where the config allows it, and no other color with it", async () => {
    const before = await stack.containers("green");
    await stack.set({ canary: { weight: 10 }, allowLiveChange: true });
    await stack.mustUp();
    expect(await stack.containers("green")).not.to.deep.equal(before);
    const answer = await fetch(stack.previewUrl);
    expect(await answer.json()).to.include({ color: "green", version: "v1" });
    expect(await stack.containers("blue")).to.deep.equal(blueIds);
  });
});
