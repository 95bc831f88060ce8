import { expect } from "chai";
import type { Color } from "../../lib/color.ts";
import { buildApp } from "../helpers/images.ts";
import { type CliResult, docker, type StackConfig, TestStack } from "../helpers/testStack.ts";

const MIB = 2 ** 20;

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

  /** The config that brought the stack up, with blue active. */
  const live = () => ({
    activeColor: "blue",
    blue: { image: v1, count: 2 },
    app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
  });

  /** Previews a config, then restores the old one. */
  async function previewOf(config: StackConfig): Promise<CliResult> {
    await stack.set(config);
    const result = await stack.preview();
    await stack.set(live());
    return result;
  }

  const memoryOf = async (color: Color, index = 1) =>
    Number(
      await docker("inspect", "--format", "{{.HostConfig.Memory}}", stack.container(color, index)),
    );

  async function colorAt(url: string): Promise<unknown> {
    const answer = (await (await fetch(url)).json()) as { readonly color?: string };
    return answer.color;
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

  it("refuses another image in a preview", async () => {
    const result = await previewOf({ blue: { image: v2, count: 2 } });
    expectRefusal(result, "blue", `blue.image (${v1} -> ${v2})`);
  });

  it("keeps what it was deployed with when app settings change, and the idle color gets them", async () => {
    await stack.set({
      blue: { image: v1, count: 2, env: { LEVEL: "quiet" } },
      app: { ...live().app, port: 9000, memoryMb: 256 },
    });
    const { output } = await stack.preview();
    expect(output).to.contain(
      "blue keeps app.port 8000, app.memoryMb 512, app.env.LEVEL (not set) until it is idle",
    );
    await stack.mustUp();
    expect(await stack.containers("blue")).to.deep.equal(blueIds);
    expect(await memoryOf("green")).to.equal(256 * MIB);
    expect(await colorAt(stack.url)).to.equal("blue");
    expect(await colorAt(stack.previewUrl)).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("is mended with what it was deployed with, and gets no host with another environment", async () => {
    await docker("rm", "--force", stack.container("blue", 2));
    await stack.set({ blue: { image: v1, count: 3, env: { LEVEL: "quiet" } } });
    const refused = await stack.preview();
    expect(refused.ok, refused.output).to.equal(false);
    expect(refused.output).to.contain("blue.count: blue keeps app.port 8000");
    await stack.set({ blue: { image: v1, count: 2, env: { LEVEL: "quiet" } } });
    await stack.mustUp();
    expect(await memoryOf("blue", 2)).to.equal(512 * MIB);
    const env = await docker("inspect", "--format", "{{.Config.Env}}", stack.container("blue", 2));
    expect(env).to.contain("PORT=8000").and.not.to.contain("LEVEL");
    blueIds = await stack.containers("blue");
  });

  it("goes back with its old settings, and gets the new ones once it is idle", async () => {
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
    expect(await colorAt(stack.url)).to.equal("green");
    expect(await stack.containers("blue")).to.deep.equal(blueIds);
    await stack.set({ blue: { image: v1, count: 2, env: { LEVEL: "quiet" }, keep: true } });
    await stack.mustUp();
    await stack.set({ activeColor: "blue" });
    await stack.mustUp();
    expect(await colorAt(stack.url)).to.equal("blue");
    expect(await stack.containers("blue")).to.deep.equal(blueIds);
    await stack.set({ activeColor: "green", blue: { image: v1, count: 2 } });
    await stack.mustUp();
    await stack.mustUp();
    expect(await memoryOf("blue")).to.equal(256 * MIB);
    await stack.set(live());
    await stack.mustUp();
    await stack.mustUp();
    blueIds = await stack.containers("blue");
  });

  it("refuses another image even if the same up moves its traffic away", async () => {
    const result = await previewOf({ activeColor: "green", blue: { image: v2, count: 2 } });
    expectRefusal(result, "blue", `blue.image (${v1} -> ${v2})`);
  });

  it("is not shrunk or removed in the up that moves its traffic away", async () => {
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

  it("refuses changes in an up without preview too, and keeps its containers", async () => {
    await stack.set({ activeColor: "green", blue: { image: v2, count: 2 } });
    expectRefusal(await stack.up("--skip-preview"), "blue", `blue.image (${v1} -> ${v2})`);
    expect(await stack.containers("blue")).to.deep.equal(blueIds);
    expect(await stack.route()).to.equal("blue:0:off");
    await stack.set(live());
  });

  it("refuses changes as a weighted canary, even if the same up removes the canary", async () => {
    await stack.set({ canary: { weight: 10 } });
    await stack.mustUp();
    const kept = await previewOf({ green: { image: v1, count: 1 } });
    expectRefusal(kept, "green", `green.image (${v2} -> ${v1})`);
    const ended = await previewOf({ canary: undefined });
    expectRefusal(ended, "green", `green.image (${v2} -> ${v1})`);
  });

  it("changes where the config allows it, and leaves the other color alone", async () => {
    const before = await stack.containers("green");
    await stack.set({ canary: { weight: 10 }, allowLiveChange: true });
    await stack.mustUp();
    expect(await stack.containers("green")).not.to.deep.equal(before);
    const answer = await fetch(stack.previewUrl);
    expect(await answer.json()).to.include({ color: "green", version: "v1" });
    expect(await stack.containers("blue")).to.deep.equal(blueIds);
  });
});
