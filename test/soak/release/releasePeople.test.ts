import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { FileStore } from "../../../release/store/fileStore.ts";
import { LOCK, type LeaseRecord } from "../../../release/store/lease.ts";
import type { Message } from "../../../release/run/notify.ts";
import { expectNoFailure, startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen, lastRelease } from "../../helpers/bluegreen.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";
import { strangeOwner } from "../../helpers/releaseStore.ts";

const DOWN = "http://127.0.0.1:9/";

describe("a release that involves people", function () {
  this.timeout(600_000);
  const told: Message[] = [];
  let server: Server;
  let releases: ReleasingStack;

  before(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        told.push(JSON.parse(body) as Message);
        response.end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const hook = (word: string) => ({ command: `echo ${word} $BLUEGREEN_TO >>hooks.log` });
    releases = await ReleasingStack.create({
      approval: true,
      watchSeconds: 3,
      keepWarmMinutes: 60,
      idleCount: 1,
      notify: [{ webhook: DOWN }, { webhook }],
      hooks: {
        beforeDeploy: hook("beforeDeploy"),
        beforeSwitch: hook("beforeSwitch"),
        afterSwitch: hook("afterSwitch"),
        onRollback: hook("onRollback"),
      },
    });
  });
  beforeEach(() => told.splice(0));
  afterEach(stopUsers);
  after(async () => {
    server?.close();
    await releases?.stack.remove();
  });

  const occasions = () => told.map(({ occasion }) => occasion);
  const hooksRun = async () =>
    (await readFile(join(releases.stack.folder, "hooks.log"), "utf8")).trim().split("\n");
  const store = () =>
    new FileStore(join(releases.stack.folder, ".pulumi/releases/blue-green", releases.stack.name));

  it("pauses when it is not promoted in time, and continues later", async () => {
    const users = startUsers(releases.stack.url);
    const paused = await releases.release(await releases.nextImage(), "--wait", "2");
    expect(paused.code, paused.output).to.equal(5);
    expect(paused.output).to.include('release.notify[0]: "started" was not delivered');
    expect(occasions()).to.deep.equal(["started", "waiting", "paused"]);
    const status = await bluegreen(releases.stack, "status");
    expect(status.output).to.include("is paused at approval");
    const promoted = await releases.run("promote");
    expect(promoted.code, promoted.output).to.equal(0);
    expectNoFailure(await users.stop());
    await releases.expectLive("green");
    expect(occasions().at(-1)).to.equal("released");
    expect(await hooksRun()).to.deep.equal([
      "beforeDeploy green",
      "beforeSwitch green",
      "afterSwitch green",
    ]);
    const { steps } = await lastRelease(releases.stack);
    expect(steps.find(({ name }) => name === "approval")?.promotedBy).to.be.a("string");
  });

  it("can be aborted while it waits, and excludes a second release", async () => {
    const { child, began } = releases.start("release", "--image", await releases.nextImage());
    const users = startUsers(releases.stack.url);
    await began("approval");
    const second = await releases.release("blue-green-tested:r0");
    expect(second.code, second.output).to.equal(3);
    expect(second.output).to.include("A release is in progress");
    const lock = await bluegreen(releases.stack, "lock", "show");
    expect(lock.output).to.include('held for "release');
    const aborted = await releases.run("abort");
    expect(aborted.code, aborted.output).to.equal(0);
    expect((await child).exitCode).to.equal(7);
    expectNoFailure(await users.stop());
    await releases.expectLive("green");
    expect((await lastRelease(releases.stack)).outcome).to.equal("aborted");
  });

  it("ends when a hook before the switch fails", async () => {
    const hook = "release.hooks.beforeSwitch.command";
    await releases.configure({ "release.approval": false, [hook]: "echo not today; exit 3" });
    const users = startUsers(releases.stack.url);
    const { code, output } = await releases.release(await releases.nextImage());
    expect(code, output).to.equal(7);
    expect(output).to.include("not today").and.include("beforeSwitch ended with code 3");
    expectNoFailure(await users.stop());
    await releases.expectLive("green");
    await releases.configure({ [hook]: "true" });
  });

  it("stays when a hook after the switch fails, and is rolled back by a person", async () => {
    const hook = "release.hooks.afterSwitch.command";
    await releases.configure({ [hook]: "exit 4" });
    const users = startUsers(releases.stack.url);
    const { code, output } = await releases.release(await releases.nextImage());
    expect(code, output).to.equal(0);
    expect(output).to.include("afterSwitch ended with code 4");
    await releases.expectLive("blue");
    await releases.run("rollback", "--now");
    expectNoFailure(await users.stop());
    await releases.expectLive("green");
    await releases.configure({ [hook]: "true" });
  });

  it("runs alone when two start at the same time", async () => {
    const image = await releases.nextImage();
    const both = await Promise.all([releases.release(image), releases.release(image)]);
    const codes = both.map(({ code }) => code).sort();
    const said = both.map(({ output }) => output).join("\n");
    // The lock or the first release's journal stopped the other one.
    expect(codes[0], said).to.equal(0);
    expect([3, 6], said).to.include(codes[1]);
    await releases.expectLive("blue");
  });

  it("takes over from a machine that died with the lock", async () => {
    const there = await store().read(LOCK);
    const before = JSON.parse(there?.text ?? "") as LeaseRecord;
    const dead = { ...before, owner: strangeOwner("ann"), isReleased: false, doing: "release old" };
    await store().write(LOCK, JSON.stringify(dead), there?.version);
    expect((await bluegreen(releases.stack, "lock", "show")).output).to.include("ann-machine");
    const started = Date.now();
    const { code, output } = await releases.release(await releases.nextImage());
    expect(code, output).to.equal(0);
    expect(Date.now() - started).to.be.above(30_000);
    await releases.expectLive("green");
    const { text: now = "" } = (await store().read(LOCK)) ?? {};
    expect((JSON.parse(now) as LeaseRecord).fence).to.equal(before.fence + 1);
  });

  it("waits for a person when there are too few users to judge", async () => {
    await releases.configure({
      "release.steps[0].weight": 50,
      "release.steps[0].durationSeconds": 1,
      "release.steps[0].minRequests": 100,
    });
    const { code, output } = await releases.release(await releases.nextImage(), "--wait", "3");
    expect(code, output).to.equal(7);
    expect(output).to.match(/INSUFFICIENT.*waits for a person.*canary-50 was not promoted/s);
    await releases.expectLive("green");
    await releases.configure({ "release.steps": undefined });
  });

  it("shrinks the idle color after keeping it warm", async () => {
    await releases.configure({ "blue.count": 2 });
    await releases.stack.mustUp();
    const early = await releases.run("retire");
    expect(early.code).to.equal(1);
    expect(early.output).to.include("release.keepWarmMinutes: blue is kept warm until");
    await releases.configure({ "release.keepWarmMinutes": 0 });
    const { code, output } = await releases.run("retire");
    expect(code, output).to.equal(0);
    expect(Object.keys(await releases.stack.containers("blue"))).to.have.length(1);
    await releases.expectLive("green");
    expect((await lastRelease(releases.stack)).outcome).to.equal("retired");
  });
});
