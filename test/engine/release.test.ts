import { expect } from "chai";
import { execa } from "execa";
import { type Color, otherColor } from "../../lib/color.ts";
import {
  askApp,
  askMany,
  eventually,
  expectNoFailure,
  startUsers,
  stopUsers,
} from "../helpers/asking.ts";
import { bluegreen, configured, eventsOf, lastRelease } from "../helpers/bluegreen.ts";
import { buildFaultyApp } from "../helpers/faultyImage.ts";
import { buildApp } from "../helpers/images.ts";
import { docker, TestStack } from "../helpers/testStack.ts";

/** Of this test alone: other tests need theirs after a release has removed its old ones. @returns the tag */
async function buildOwn(version: string, base: string): Promise<string> {
  const tag = `blue-green-released:${version}`;
  const input = `FROM ${base}\nLABEL base=${base}\n`;
  await execa("docker", ["build", "--tag", tag, "-"], { input });
  return tag;
}

async function idOf(image: string): Promise<string> {
  return (await docker("image", "ls", "--quiet", "--no-trunc", image)).trim();
}

describe("bluegreen", () => {
  let stack: TestStack;
  let v2: string;

  before(async () => {
    v2 = await buildOwn("v2", await buildApp("v2"));
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildOwn("v1", await buildApp("v1")), count: 1 },
      images: { keep: 1 },
      smoke: [{ path: "/health", contains: "version" }],
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0", ENABLE_FAILURE_SWITCH: "1" } },
      drainSeconds: 5,
      release: {
        steps: [{ weight: 50, durationSeconds: 3, minRequests: 50 }],
        watchSeconds: 8,
        // Test machines are busy, so latency says little.
        maxLatencyRatio: 50,
        probe: { path: "/", ratePerSecond: 30 },
      },
    });
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(async () => {
    await stack.remove();
    const tags = (await docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}"))
      .split("\n")
      .filter((tag) => tag.startsWith("blue-green-released:"));
    if (tags.length > 0) await docker("rmi", ...tags);
  });

  it("shows a plan without changing anything", async () => {
    await stack.pulumi(["stack", "unselect"]);
    const { code, output } = await bluegreen(stack, "release", "--image", v2, "--dry-run");
    expect(code, output).to.equal(0);
    expect(output).to.match(/1\. deploy .*2\. canary-50 .*3\. switch .*4\. watch/s);
    expect(Object.keys(await stack.containers("blue"))).not.to.include(stack.container("green", 1));
    expect((await bluegreen(stack, "history")).output).to.include("No release yet");
    expect((await stack.pulumi(["stack", "ls"])).output)
      .to.include(stack.name)
      .and.not.include("*");
  });

  it("refuses to release without a terminal to confirm on", async () => {
    const { code, output } = await bluegreen(stack, "release", "--image", v2);
    expect(output).to.include("--yes");
    expect(code).to.equal(3);
  });

  it("releases an image to all users without a failed request", async () => {
    const users = startUsers(stack.url);
    const { code, output } = await bluegreen(stack, "release", "--image", v2, "--yes");
    const report = await users.stop();
    expect(code, output).to.equal(0);
    expectNoFailure(report);
    expect(report.byColor).to.have.all.keys("blue", "green");
    expect(await askApp(stack.url)).to.include({ color: "green", version: "v2" });
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect(await stack.route()).to.equal("green:0:off");
    const { outcome, steps, measured, digests, updates } = await lastRelease(stack);
    expect(outcome).to.equal("released");
    expect(steps.map(({ name }) => name)).to.deep.equal(["deploy", "canary-50", "switch", "watch"]);
    expect(steps[1]?.verdict?.outcome).to.equal("PASS");
    expect(measured).to.include({ failures: 0 });
    expect(digests).to.have.all.keys("blue", "green");
    expect(updates).to.have.length(3);
  });

  it("rolls back an image that fails a fifth of the requests", async () => {
    const image = await buildOwn("again", await buildFaultyApp("e20", { errors: 20 }));
    const users = startUsers(stack.url);
    const { code, output } = await bluegreen(
      stack,
      ...["release", "--image", image, "--yes", "--json"],
    );
    const report = await users.stop();
    expect(code, output).to.equal(4);
    const record = await lastRelease(stack);
    expect(record.outcome).to.equal("rolled-back");
    expect(record.steps.at(-1)?.verdict?.outcome).to.equal("FAIL");
    expect(record.met?.failures).to.be.at.least(1);
    expect(report.byReason).to.have.all.keys("status");
    expect(await stack.route()).to.equal("green:0:off");
    expect(await configured(stack, "activeColor")).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
    expect(eventsOf(output).some(({ event }) => event === "going-back")).to.equal(true);
  });

  it("updates a stack file with the values that releases have set", async () => {
    const settled = await bluegreen(stack, "refresh-config");
    expect(settled.output).to.include("matches the last update");
    // As in a fresh checkout: the file that brought the stack up. The releases below are not judged.
    const release = { steps: [], watchSeconds: 0, probe: { path: "/", ratePerSecond: 30 } };
    await stack.set({ drainSeconds: 4, release });
    expect(await configured(stack, "activeColor")).to.equal("blue");
    const { code, output } = await bluegreen(stack, "refresh-config");
    expect(code, output).to.equal(0);
    expect(output).to.match(/config set activeColor green.*config set --path green\.image .*:v2/s);
    expect(await configured(stack, "activeColor")).to.equal("green");
    expect(await configured(stack, "drainSeconds")).to.equal("4");
    const changes = (await stack.previewSteps()).filter((step) => !step.includes("edge"));
    expect(changes).to.deep.equal([]);
  });

  it("deploys the new bytes of a tag that was built again, and removes what no color needs", async () => {
    const failed = await idOf("blue-green-released:again");
    const image = await buildOwn("again", await buildApp("v1"));
    const users = startUsers(stack.url);
    const { code, output } = await bluegreen(stack, ...["release", "--image", image, "--yes"]);
    expectNoFailure(await users.stop());
    expect(code, output).to.equal(0);
    expect(output).to.include("blue-green-released:again now names another image; deploying it");
    expect(await askApp(stack.url)).to.include({ color: "blue", version: "v1" });
    const there = await docker("image", "ls", "--all", "--quiet", "--no-trunc");
    expect(there)
      .to.include(await idOf(image))
      .and.include(await idOf(v2))
      .and.not.include(failed);
    expect(await idOf("blue-green-released:v1")).to.equal("");
    const again = await bluegreen(stack, ...["release", "--image", image, "--yes"]);
    expect(again.output).to.match(/blue is already live with .*sha256:.*nothing to release/s);
    expect(again.code).to.equal(3);
  });

  it("rolls back immediately and makes that permanent", async () => {
    const users = startUsers(stack.url);
    const { code, output } = await bluegreen(stack, "rollback", "--now", "--yes");
    await eventually(
      "green has the traffic",
      () => stack.route(),
      (route) => route === "green:0:off",
    );
    expectNoFailure(await users.stop(), 50);
    expect(code, output).to.equal(0);
    expect(await configured(stack, "activeColor")).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
    const again = await bluegreen(stack, "rollback", "--now", "--yes");
    expect(again.code).to.equal(1);
    expect(again.output).to.include("was already rolled back to green at");
  });

  it("goes forward again after a rollback, and switches alone", async () => {
    const undone = await bluegreen(stack, "rollback", "--undo", "--yes");
    expect(undone.code, undone.output).to.equal(0);
    expect(await stack.route()).to.equal("blue:0:off");
    expect((await bluegreen(stack, "rollback", "--undo", "--yes")).output).to.include(
      "no rollback",
    );
    const same = await bluegreen(stack, "switch", "blue", "--yes");
    expect(same.output).to.include("blue has the traffic already");
    const shown = await bluegreen(stack, "switch", "green", "--dry-run");
    expect(shown.output).to.include("edge-route will be updated: the route");
    expect(await stack.route()).to.equal("blue:0:off");
    const { code, output } = await bluegreen(stack, "switch", "green", "--yes");
    expect(code, output).to.equal(0);
    expect(await stack.route()).to.equal("green:0:off");
    expect((await lastRelease(stack)).plan.kind).to.equal("switch");
  });

  it("stops if the live color begins to fail while the other one is deployed", async () => {
    const live = (await configured(stack, "activeColor")) as Color;
    const idleImage = () => configured(stack, `${otherColor(live)}.image`);
    const image = await idleImage();
    const ask = (method: string) =>
      `docker exec ${stack.container(live, 1)} python3 -c "import urllib.request as u; ` +
      `u.urlopen(u.Request('http://127.0.0.1:8000/fail', method='${method}'))"`;
    const path = "release.hooks.beforeDeploy.command";
    await stack.pulumi(["config", "set", "--path", path, ask("POST"), "--stack", stack.name]);
    // What the live color had answered before.
    await askMany(stack.url, 300);
    const users = startUsers(stack.url);
    const next = await buildOwn("v3", await buildApp("v3"));
    const { code, output } = await bluegreen(stack, "release", "--image", next, "--yes");
    await users.stop();
    await execa("sh", ["-c", ask("DELETE")]);
    expect(code, output).to.equal(4);
    const { reason, steps } = await lastRelease(stack);
    expect(reason).to.match(
      new RegExp(`^${live} began to fail while ${otherColor(live)} was deployed: `),
    );
    expect(steps.map(({ name }) => name)).to.deep.equal(["deploy"]);
    expect(await idleImage()).to.equal(image);
    expect((await stack.route()).split(":")[0]).to.equal(live);
  });
});
