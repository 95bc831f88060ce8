import { expect } from "chai";
import { type Color, otherColor } from "../../lib/color.ts";
import { eventually, pause } from "./asking.ts";
import { bluegreen, configured, eventsOf, startBluegreen } from "./bluegreen.ts";
import { buildApp } from "./images.ts";
import { type StackConfig, TestStack } from "./testStack.ts";

/** Test machines are busy, so latency says little. */
const ANY_LATENCY = { maxLatencyRatio: 50 };

/** A stack on this machine to which `bluegreen` releases one image after another. */
export class ReleasingStack {
  readonly stack: TestStack;
  #images = 0;

  private constructor(stack: TestStack) {
    this.stack = stack;
  }

  /** With blue active. @param release Its settings, in addition to a fast prober. */
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

  /** As a user sets it: values set by a release stay. */
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

  /** The active color, and the one to release to next. */
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

  /** Runs alongside a release's process, and can wait until one of its steps begins. */
  start(...args: readonly string[]) {
    const child = startBluegreen(this.stack, [...args, "--yes", "--json"]);
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

  /** In a process group of its own, which a pipeline ends as GitHub does. */
  startInGroup(...args: readonly string[]) {
    const child = startBluegreen(this.stack, [...args, "--yes", "--json"], { detached: true });
    let said = "";
    child.all.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const signal = (name: NodeJS.Signals) => {
      try {
        process.kill(-(child.pid ?? 0), name);
      } catch {
        // The whole group has ended.
      }
    };
    return {
      said: () => said,
      async cancel() {
        signal("SIGINT");
        await pause(7500);
        signal("SIGTERM");
        await pause(2500);
        signal("SIGKILL");
        await child;
      },
    };
  }

  /** Promotes a release that waits at `approval`, now or later. */
  async promote(): Promise<void> {
    const status = async () => (await bluegreen(this.stack, "status", "--json")).output;
    const isWaiting = (text: string) => text.includes("is at approval");
    await eventually("the approval waits", status, isWaiting, 240);
    await this.run("promote");
  }

  /** Expects that config, state and balancer agree and that this color has all users. */
  async expectLive(color: string): Promise<void> {
    expect(await configured(this.stack, "activeColor")).to.equal(color);
    expect(await this.stack.route()).to.equal(`${color}:0:off`);
    expect(await this.stack.previewSteps()).to.deep.equal([]);
  }
}
