import { expect } from "chai";
import { askApp, eventually, pause } from "../helpers/asking.ts";
import { atTerminal, bluegreen } from "../helpers/bluegreen.ts";
import { ReleasingStack } from "../helpers/releasingStack.ts";

const CTRL_C = "\x03";

describe("a release that is stopped", function () {
  this.timeout(300_000);
  let releases: ReleasingStack;

  before(async () => {
    releases = await ReleasingStack.create({ steps: [], watchSeconds: 0 });
  });
  after(() => releases.stack.remove());

  it("ends in order on Ctrl-C at a terminal, even if pressed twice, and resumes", async () => {
    const { stack } = releases;
    const image = await releases.nextImage();
    const child = atTerminal(stack, "release", "--image", image, "--yes");
    let shown = "";
    child.all.on("data", (chunk: Buffer) => (shown += chunk.toString()));
    await eventually(
      "the deploy runs",
      () => Promise.resolve(shown),
      (text) => /step 1 of \d+\)\s.*\$ pulumi up/s.test(text),
      60,
    );
    await pause(1000);
    child.stdin.write(CTRL_C);
    await pause(100);
    child.stdin.write(CTRL_C);
    const { exitCode } = await child;
    expect(shown).to.include("Stopped; the release stays as it is.");
    expect(exitCode).to.equal(130);
    expect((await bluegreen(stack, "lock", "show")).output).to.equal("free");
    expect((await askApp(stack.url)).color).to.equal("blue");
    const { code, output } = await releases.run("resume");
    expect(code, output).to.equal(0);
    expect(await askApp(stack.url)).to.include({ color: "green" });
  });

  it("leaves nothing to mend when a pipeline cancels it during its deploy", async () => {
    const { stack } = releases;
    const { from } = await releases.colors();
    const release = releases.startInGroup("release", "--image", await releases.nextImage());
    await eventually(
      "the deploy runs",
      () => Promise.resolve(release.said()),
      (text) => text.includes('"command":"pulumi up"'),
      180,
    );
    await pause(2000);
    await release.cancel();
    expect((await askApp(stack.url)).color).to.equal(from);
    const { code, output } = await releases.run("abort");
    expect(code, output).to.equal(0);
    await releases.expectLive(from);
  });

  it("does not end when the reader of its output has gone", async () => {
    const { stack } = releases;
    const image = await releases.nextImage();
    const { child, began } = releases.start("release", "--image", image);
    await began("deploy");
    child.stdout.destroy();
    child.stderr.destroy();
    await eventually(
      "the release is over",
      async () => (await bluegreen(stack, "history", "--limit", "1")).output,
      (text) => text.includes(`${image} is live`),
      240,
    );
    expect((await askApp(stack.url)).color).to.equal("blue");
  });
});
