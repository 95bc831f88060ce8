import { expect } from "chai";
import { type Color, otherColor } from "../../lib/color.ts";
import { eventually } from "./asking.ts";
import { bluegreen, configured, eventsOf, startBluegreen } from "./bluegreen.ts";
import { buildApp } from "./images.ts";
import { type StackConfig, TestStack } from "./testStack.ts";

/** The machine of a test is busy with others: times say little there. */
const ANY_LATENCY = { maxLatencyRatio: 50 };

/** A stack on this machine, to which `bluegreen` releases one image after the other. */
export class ReleasingStack {
  readonly stack: TestStack;
  #images = 0;

  private constructor(stack: TestStack) {
    this.stack = stack;
  }

  /** With blue live. @param release Its settings, beside a prober that is quick to know. */
  static async create(release: object, more: StackConfig = {}): Promise<ReleasingStack> {
    const stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("r0"), count: 1 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
      drainSeconds: 5,
      release: { ...ANY_LATENCY, probe: { path: "/", ratePerSecond: 30 }, ...release },
      ...more,
    });
    await stack.mustUp();
    return new ReleasingStack(stack);
  }

  /** An image that has not been released yet. */
  nextImage(): Promise<string> {
    this.#images++;
    return buildApp(`r${this.#images}`);
  }

  /** As a user does it: what a release has set stays. */
  async configure(
    values: Readonly<Record<string, string | number | boolean | undefined>>,
  ): Promise<void> {
    for (const [key, value] of Object.entries(values)) {
      const words = value === undefined ? ["rm", "--path", key] : ["set", "--path", key];
      const given = value === undefined ? [] : [String(value)];
      const all = ["config", ...words, ...given, "--stack", this.stack.name];
      const { ok, output } = await this.stack.pulumi(all);
      if (!ok) throw new Error(output);
    }
  }

  /** Who has the traffic, and who is to have it next. */
  async colors(): Promise<{ readonly from: Color; readonly to: Color }> {
    const from = (await this.stack.route()).startsWith("blue") ? "blue" : "green";
    return { from, to: otherColor(from) };
  }

  run(...args: readonly string[]) {
    return bluegreen(this.stack, ...args, "--yes");
  }

  release(image: string, ...more: readonly string[]) {
    return this.run("release", "--image", image, ...more);
  }

  /** Beside the process of a release: a way to wait until a step of it begins. */
  start(...args: readonly string[]) {
    const child = startBluegreen(this.stack, ...args, "--yes", "--json");
    let said = "";
    child.all.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const began = (step: string) =>
      eventually(
        `${step} begins`,
        () => Promise.resolve(said),
        (text) =>
          eventsOf(text.slice(0, text.lastIndexOf("\n") + 1)).some(
            (event) => event.event === "began" && event.step === step,
          ),
        180,
      );
    return { child, began };
  }

  /** Sends a release on that waits at `approval`, or will. */
  async promote(): Promise<void> {
    const status = async () => (await bluegreen(this.stack, "status", "--json")).output;
    const isWaiting = (text: string) => text.includes("is at approval");
    await eventually("the approval waits", status, isWaiting, 240);
    await this.run("promote");
  }

  /** Config, state and balancer agree, and this color has all users. */
  async expectLive(color: string): Promise<void> {
    expect(await configured(this.stack, "activeColor")).to.equal(color);
    expect(await this.stack.route()).to.equal(`${color}:0:off`);
    expect(await this.stack.previewSteps()).to.deep.equal([]);
  }
}
