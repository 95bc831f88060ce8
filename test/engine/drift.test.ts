import { expect } from "chai";
import { execa } from "execa";
import { join } from "node:path";
import {
  askApp,
  eventually,
  makeSick,
  routeEverywhere,
  sameEverywhere,
  tellEdge,
} from "../helpers/asking.ts";
import { buildApp } from "../helpers/images.ts";
import { docker, TestStack } from "../helpers/testStack.ts";

const DRIFT = "The balancer's route was changed outside this program, so nothing was touched.";

describe("a balancer changed outside Pulumi", () => {
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 1 },
      green: { image: await buildApp("v2"), count: 1 },
      app: { env: { ENABLE_FAILURE_SWITCH: "1", SHUTDOWN_DELAY_SECONDS: "0" } },
    });
    await stack.mustUp();
  });
  after(() => stack.remove());

  /** The preview or up stops before it touches anything and says what to type. */
  async function expectDrift(real: string): Promise<{ keep?: string; putBack: string }> {
    const before = [await everyContainer(), await routeEverywhere(stack)];
    const preview = await stack.preview();
    const { ok, output } = await stack.up("--skip-preview");
    expect([preview.ok, ok]).to.deep.equal([false, false]);
    expect(preview.output).to.contain(DRIFT);
    expect(output).to.contain(DRIFT);
    expect(output).not.to.match(/ at .*\.ts:\d+/);
    expect([await everyContainer(), await routeEverywhere(stack)]).to.deep.equal(before);
    expect(await stack.route()).to.equal(real);
    const keep = /Keep the current route: +(.*\S)/.exec(output)?.[1];
    const putBack = /Restore the last route: +(.*\S)/.exec(output)?.[1];
    return { putBack: putBack ?? "", ...(keep !== undefined && { keep }) };
  }

  async function everyContainer(): Promise<unknown> {
    const colors = ["blue", "green", "edge"] as const;
    return Promise.all(colors.map((color) => stack.containers(color)));
  }

  /** As a user who copies the line from the message. */
  async function type(command: string): Promise<void> {
    await execa("sh", ["-c", command], {
      cwd: stack.folder,
      env: {
        PATH: `${join(stack.folder, "node_modules", ".bin")}:${process.env["PATH"]}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
  }

  async function expectSettled(route: string): Promise<void> {
    await stack.mustUp();
    expect(await routeEverywhere(stack)).to.deep.equal(sameEverywhere(route));
    expect(await stack.previewSteps()).to.deep.equal([]);
  }

  it("keeps its route when a later up has overtaken the up whose script runs", async () => {
    const before = await routeEverywhere(stack);
    const setRoute = ["sh", "/edge/set-route", "green", "0", "off"];
    const late = await execa(
      "docker",
      ["exec", stack.edge, ...setRoute, "2020-01-01T00:00:00.000Z"],
      { reject: false },
    );
    expect(late.exitCode).not.to.equal(0);
    expect(late.stderr).to.contain("A later pulumi up");
    expect(await routeEverywhere(stack)).to.deep.equal(before);
  });

  it("stops preview and up, and can be reset to the config", async () => {
    await tellEdge(stack, "set map /edge/route.map route green:0:off");
    const { putBack } = await expectDrift("green:0:off");
    await type(putBack);
    expect(await stack.route()).to.equal("blue:0:off");
    await expectSettled("blue:0:off");
  });

  it("stops preview and up, and can be accepted", async () => {
    await tellEdge(stack, "set map /edge/route.map route green:0:off");
    const { keep } = await expectDrift("green:0:off");
    await type(keep ?? "false");
    await expectSettled("green:0:off");
    expect((await askApp(stack.url)).color).to.equal("green");
  });

  it("can be accepted with the canary that was set by hand, and again without it", async () => {
    await tellEdge(stack, "set map /edge/route.map route green:125:on");
    const made = await expectDrift("green:125:on");
    await type(made.keep ?? "false");
    await expectSettled("green:125:on");

    await tellEdge(stack, "set map /edge/route.map route blue:0:off");
    const unmade = await expectDrift("blue:0:off");
    expect(unmade.putBack).to.match(/set-route green 12\.5 on$/);
    await type(unmade.keep ?? "false");
    await expectSettled("blue:0:off");
  });

  it("can only be reset when no config expresses its route", async () => {
    await stack.set({ activeColor: "blue" });
    await tellEdge(stack, "set map /edge/route.map route blue:300:off");
    expect((await expectDrift("blue:300:off")).keep).to.equal(undefined);
    await tellEdge(stack, "set map /edge/route.map route teal");
    const { keep, putBack } = await expectDrift("teal");
    expect(keep).to.equal(undefined);
    expect((await fetch(stack.url)).status).to.equal(503);
    await type(putBack);
    await expectSettled("blue:0:off");
  });

  it("is not drift when our own script changed it: up restores the config's route", async () => {
    await docker("exec", stack.edge, "sh", "/edge/set-route", "green");
    expect((await askApp(stack.url)).color).to.equal("green");
    await expectSettled("blue:0:off");
    expect((await askApp(stack.url)).color).to.equal("blue");
  });

  it("is not drift when our own script changed it: a config that matches keeps it", async () => {
    await docker("exec", stack.edge, "sh", "/edge/set-route", "green");
    await stack.set({ activeColor: "green" });
    await expectSettled("green:0:off");
  });

  it("is rebuilt with its last route when it is gone", async () => {
    await docker("rm", "--force", stack.edge);
    const warning =
      "the balancer's container is gone; it is rebuilt and starts with its last route";
    expect((await stack.preview()).output).to.contain(`${warning}, green`);
    expect(await stack.mustUp()).to.contain(`${warning}, green`);
    await expectSettled("green:0:off");
    await comesBack("green");
  });

  it("is rebuilt with its last route when it is paused", async () => {
    await docker("stop", stack.edge);
    const output = await stack.mustUp();
    expect(output).to.contain("the balancer's container is stopped; it is rebuilt");
    await expectSettled("green:0:off");
    await comesBack("green");
  });

  it("is rebuilt while a host of the active color is unhealthy", async () => {
    await stack.set({ green: { image: await buildApp("v2"), count: 2 } });
    await stack.mustUp();
    await makeSick(stack.container("green", 2));
    await docker("rm", "--force", stack.edge);
    await stack.mustUp();
    expect(await stack.route()).to.equal("green:0:off");
    await comesBack("green");
    await docker("restart", stack.container("green", 2));
  });

  it("fails the route step when it does not accept the route", async () => {
    // Keeps the gate busy for three seconds, which leaves time between the first look and the
    // route.
    await stack.set({ activeColor: "blue", smoke: [{ path: "/slow?seconds=1" }] });
    const up = stack.start(["up", "--yes", "--skip-preview", "--stack", stack.name]);
    await new Promise<void>((resolve) => {
      up.all.on("data", (text: Buffer) => {
        if (/local:Command gate (updating|creating)/.test(String(text))) resolve();
      });
      up.all.on("end", resolve);
    });
    await tellEdge(stack, "del map /edge/route.map route");
    const { exitCode, all } = await up;
    expect(exitCode, all).not.to.equal(0);
    expect(all).to.contain("after it was set to blue:0:off; HAProxy said: entry not found.");
  });

  it("stops preview and up when its route cannot be read, and the suggested fix works", async () => {
    const { ok, output } = await stack.up();
    expect(ok).to.equal(false);
    expect(output).to.contain("is running but does not report its route, so nothing was touched");
    await type(/\((docker rm -f [^)]*)\)/.exec(output)?.[1] ?? "false");
    await expectSettled("blue:0:off");
    await comesBack("blue");
  });

  async function comesBack(color: string): Promise<void> {
    const isColor = (answer: { color: string } | undefined) => answer?.color === color;
    await eventually(color, () => askApp(stack.url).catch(() => undefined), isColor);
  }
});
