import { expect } from "chai";
import { execa } from "execa";
import { askApp, routeEverywhere, tellEdge } from "../helpers/asking.ts";
import {
  comesBack,
  expectDrift,
  expectSettled,
  openDriftingStack,
  type,
} from "../helpers/driftingStack.ts";
import { docker, type TestStack } from "../helpers/testStack.ts";

describe("a balancer changed outside Pulumi", () => {
  let stack: TestStack;

  before(async () => {
    stack = await openDriftingStack();
  });
  after(() => stack.remove());

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
    const { putBack } = await expectDrift(stack, "green:0:off");
    await type(stack, putBack);
    expect(await stack.route()).to.equal("blue:0:off");
    await expectSettled(stack, "blue:0:off");
  });

  it("stops preview and up, and can be accepted", async () => {
    await tellEdge(stack, "set map /edge/route.map route green:0:off");
    const { keep } = await expectDrift(stack, "green:0:off");
    await type(stack, keep ?? "false");
    await expectSettled(stack, "green:0:off");
    expect((await askApp(stack.url)).color).to.equal("green");
  });

  it("is not drift when our own script changed it: up restores the config's route", async () => {
    await docker("exec", stack.edge, "sh", "/edge/set-route", "blue");
    expect((await askApp(stack.url)).color).to.equal("blue");
    await expectSettled(stack, "green:0:off");
    expect((await askApp(stack.url)).color).to.equal("green");
  });

  it("is rebuilt with its last route when it is gone", async () => {
    await docker("rm", "--force", stack.edge);
    const warning =
      "the balancer's container is gone; it is rebuilt and starts with its last route";
    expect((await stack.preview()).output).to.contain(`${warning}, green`);
    expect(await stack.mustUp()).to.contain(`${warning}, green`);
    await expectSettled(stack, "green:0:off");
    await comesBack(stack, "green");
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
    await type(stack, /\((docker rm -f [^)]*)\)/.exec(output)?.[1] ?? "false");
    await expectSettled(stack, "blue:0:off");
    await comesBack(stack, "blue");
  });
});
