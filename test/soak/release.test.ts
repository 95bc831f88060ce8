import { expect } from "chai";
import { eventually, expectNoFailure, pause, startUsers, stopUsers } from "../helpers/asking.ts";
import {
  bluegreen,
  configured,
  eventsOf,
  lastRelease,
  startBluegreen,
} from "../helpers/bluegreen.ts";
import { buildApp } from "../helpers/images.ts";
import { TestStack } from "../helpers/testStack.ts";

/** In what a release is killed, and what brings it to an end then. */
const KILLS = [
  ["deploy", "resume"],
  ["canary-50", "abort"],
  ["switch", "abort"],
  ["watch", "resume"],
] as const;

/** Somebody has promoted before they begin. */
const AFTER_APPROVAL: readonly string[] = ["switch", "watch"];

describe("releases", () => {
  let stack: TestStack;
  let releases = 0;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("r0"), count: 1 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
      drainSeconds: 5,
      release: {
        steps: [{ weight: 50, durationSeconds: 2, minRequests: 20 }],
        approval: true,
        watchSeconds: 3,
        // The machine of a test is busy with others: times say little there.
        maxLatencyRatio: 50,
        probe: { path: "/", ratePerSecond: 30 },
      },
    });
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => stack.remove());

  /** An image that has not been released yet. */
  function nextImage(): Promise<string> {
    releases++;
    return buildApp(`r${releases}`);
  }

  async function setRelease(values: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [key, value] of Object.entries(values)) {
      const words = ["config", "set", "--path", `release.${key}`, String(value)];
      await stack.pulumi([...words, "--stack", stack.name]);
    }
  }

  /** Ends by itself with the last step; a person has to promote the approval. */
  function startRelease(image: string) {
    const child = startBluegreen(stack, "release", "--image", image, "--yes", "--json");
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

  /** Config, state and balancer agree, and this color has all users. */
  async function expectLive(color: string): Promise<void> {
    expect(await configured(stack, "activeColor")).to.equal(color);
    expect(await stack.route()).to.equal(`${color}:0:off`);
    expect(await stack.previewSteps()).to.deep.equal([]);
  }

  async function live(): Promise<"blue" | "green"> {
    return (await stack.route()).startsWith("blue") ? "blue" : "green";
  }

  for (const [step, ending] of KILLS) {
    it(`serves on when killed in ${step}, and ${ending} brings it to an end`, async () => {
      const from = await live();
      const to = from === "blue" ? "green" : "blue";
      const users = startUsers(stack.url);
      const { child, began } = startRelease(await nextImage());
      const isApproved = AFTER_APPROVAL.includes(step);
      if (isApproved) {
        await began("approval");
        await bluegreen(stack, "promote", "--yes");
      }
      await began(step);
      await pause(Math.random() * 2000);
      child.kill("SIGKILL");
      await child;
      const ended = bluegreen(stack, ending, "--yes");
      if (ending === "resume" && !isApproved) {
        await eventually(
          "the approval waits",
          async () => (await bluegreen(stack, "status", "--json")).output,
          (text) => text.includes("is at approval"),
          240,
        );
        await bluegreen(stack, "promote", "--yes");
      }
      const { code, output } = await ended;
      expect(code, output).to.equal(0);
      expectNoFailure(await users.stop());
      await expectLive(ending === "resume" ? to : from);
      const { outcome } = await lastRelease(stack);
      expect(outcome).to.equal(ending === "resume" ? "released" : "aborted");
    });
  }

  it("are aborted by another command while they wait, and refuse a second one", async () => {
    const from = await live();
    const { child, began } = startRelease(await nextImage());
    const users = startUsers(stack.url);
    await began("canary-50");
    const second = await bluegreen(stack, "release", "--image", "blue-green-app:r0", "--yes");
    expect(second.code, second.output).to.equal(3);
    expect(second.output).to.include("A release has not ended");
    expect((await bluegreen(stack, "lock", "show")).output).to.include('held for "release');
    const aborted = await bluegreen(stack, "abort", "--yes");
    expect(aborted.code, aborted.output).to.equal(0);
    expect((await child).exitCode).to.equal(7);
    expectNoFailure(await users.stop());
    await expectLive(from);
  });

  it("wait for a person where too few users are there to judge by", async () => {
    await setRelease({ "steps[0].durationSeconds": 1, "steps[0].minRequests": 100 });
    const from = await live();
    const args = ["release", "--image", await nextImage(), "--yes", "--wait", "3"];
    const { code, output } = await bluegreen(stack, ...args);
    expect(code, output).to.equal(7);
    expect(output).to.match(/INSUFFICIENT.*waits for a person.*nobody has promoted canary-50/s);
    await expectLive(from);
  });
});
