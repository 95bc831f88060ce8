import { expect } from "chai";
import { buildApp } from "../../helpers/images.ts";
import { makeSick, tellEdge } from "../../helpers/asking.ts";
import {
  comesBack,
  expectDrift,
  expectSettled,
  openDriftingStack,
  type,
} from "../../helpers/driftingStack.ts";
import { docker, type TestStack } from "../../helpers/testStack.ts";

describe("a balancer changed outside Pulumi, further ways", () => {
  let stack: TestStack;

  before(async () => {
    stack = await openDriftingStack();
  });
  after(() => stack.remove());

  it("can be accepted with the canary that was set by hand, and again without it", async () => {
    await tellEdge(stack, "set map /edge/route.map route green:125:on");
    const made = await expectDrift(stack, "green:125:on");
    await type(stack, made.keep ?? "false");
    await expectSettled(stack, "green:125:on");

    await tellEdge(stack, "set map /edge/route.map route blue:0:off");
    const unmade = await expectDrift(stack, "blue:0:off");
    expect(unmade.putBack).to.match(/set-route green 12\.5 on$/);
    await type(stack, unmade.keep ?? "false");
    await expectSettled(stack, "blue:0:off");
  });

  it("can only be reset when no config expresses its route", async () => {
    await stack.set({ activeColor: "blue" });
    await tellEdge(stack, "set map /edge/route.map route blue:300:off");
    expect((await expectDrift(stack, "blue:300:off")).keep).to.equal(undefined);
    await tellEdge(stack, "set map /edge/route.map route teal");
    const { keep, putBack } = await expectDrift(stack, "teal");
    expect(keep).to.equal(undefined);
    expect((await fetch(stack.url)).status).to.equal(503);
    await type(stack, putBack);
    await expectSettled(stack, "blue:0:off");
  });

  it("is not drift when our own script changed it: a config that matches keeps it", async () => {
    await docker("exec", stack.edge, "sh", "/edge/set-route", "green");
    await stack.set({ activeColor: "green" });
    await expectSettled(stack, "green:0:off");
  });

  it("is rebuilt with its last route when it is paused", async () => {
    await docker("stop", stack.edge);
    const output = await stack.mustUp();
    expect(output).to.contain("the balancer's container is stopped; it is rebuilt");
    await expectSettled(stack, "green:0:off");
    await comesBack(stack, "green");
  });

  it("is rebuilt while a host of the active color is unhealthy", async () => {
    await stack.set({ green: { image: await buildApp("v2"), count: 2 } });
    await stack.mustUp();
    await makeSick(stack.container("green", 2));
    await docker("rm", "--force", stack.edge);
    await stack.mustUp();
    expect(await stack.route()).to.equal("green:0:off");
    await comesBack(stack, "green");
    await docker("restart", stack.container("green", 2));
  });
});
