import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { lockFolder } from "../../../release/engine/stateLock.ts";
import { lastRelease } from "../../helpers/bluegreen.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";
import { remediesIn, typed } from "../../helpers/remedies.ts";
import { docker } from "../../helpers/testStack.ts";

const APPROVAL = "release.approval";

/** Each command is typed as it was printed, and changes what the message is about. */
describe("a remedy that a release prints", function () {
  this.timeout(600_000);
  let releases: ReleasingStack;

  before(async () => {
    releases = await ReleasingStack.create({ approval: true, watchSeconds: 0 });
  });
  after(() => releases.stack.remove());

  /** Types a command of this output, which must offer it and, typed, succeed. */
  async function type(command: string, offered: { readonly output: string }): Promise<string> {
    expect(remediesIn(offered.output), offered.output).to.include(command);
    const { code, output } = await typed(releases.stack, command);
    expect(code, `${command}: ${output}`).to.equal(0);
    return output;
  }

  async function refused(code: number, ...words: readonly string[]) {
    const result = await releases.run(...words);
    expect(result.code, result.output).to.equal(code);
    return result;
  }

  const pause = async () =>
    refused(5, "release", "--image", await releases.nextImage(), "--wait", "1");

  async function mustRelease(): Promise<void> {
    const { code, output } = await releases.release(await releases.nextImage());
    expect(code, output).to.equal(0);
  }

  /** The outcome of the last release, and its color has the users. */
  async function expectEnded(outcome: string, color: string): Promise<void> {
    expect((await lastRelease(releases.stack)).outcome).to.equal(outcome);
    await releases.expectLive(color);
  }

  it("undoes or continues a paused release", async () => {
    await type("bluegreen abort", await pause());
    await expectEnded("aborted", "blue");
    await type("bluegreen promote", await pause());
    await expectEnded("released", "green");
  });

  it("goes on with the release that another one is refused for", async () => {
    await pause();
    const other = await refused(3, "release", "--image", await releases.nextImage());
    const resumed = type("bluegreen resume", other);
    await releases.promote();
    await resumed;
    await expectEnded("released", "blue");
    expect(await type("bluegreen history", await refused(1, "promote"))).to.include("released");
  });

  it("ends a release that stands in the way of a rollback", async () => {
    for (const command of ["bluegreen rollback --now", "bluegreen abort"]) {
      await pause();
      await type(command, await refused(3, "rollback"));
      await expectEnded("aborted", "blue");
    }
  });

  it("shows what an idle color is kept for", async () => {
    await pause();
    const status = await type("bluegreen status", await refused(3, "retire"));
    expect(status).to.include("is paused at approval").and.include("promote, resume or abort");
    await refused(0, "abort");
  });

  it("continues or undoes a release that was killed, or stopped by Ctrl-C", async () => {
    await releases.configure({ [APPROVAL]: false });
    await kill();
    const again = await refused(3, "release", "--image", await releases.nextImage());
    await type("bluegreen resume", again);
    await expectEnded("released", "green");

    await kill();
    await type("bluegreen abort", await refused(3, "doctor"));
    await expectEnded("aborted", "green");

    const { child, began } = releases.start("release", "--image", await releases.nextImage());
    await began("deploy");
    child.kill("SIGINT");
    const { all, exitCode } = await child;
    expect(exitCode, all).to.equal(130);
    await type("bluegreen resume", { output: textsOf(all) });
    await expectEnded("released", "blue");
  });

  it("frees a lock that a person holds, or that Pulumi has left on another machine", async () => {
    const held = await refused(0, "lock", "hold", "--reason", "audit");
    expect(remediesIn(held.output)).to.deep.equal(["bluegreen lock release"]);
    const image = await releases.nextImage();
    await type("bluegreen lock release", await refused(6, "release", "--image", image));
    await mustRelease();

    const { stack } = releases;
    await lockState();
    const locked = await refused(6, "release", "--image", await releases.nextImage());
    await type(`npx pulumi cancel --yes ${stack.name}`, locked);
    await mustRelease();
    await expectEnded("released", "blue");
  });

  it("sets what a retirement needs", async () => {
    await releases.configure({ "green.count": 2, "release.keepWarmMinutes": 60 });
    await releases.stack.mustUp();
    await type("pulumi config set --path release.idleCount 1", await refused(1, "retire"));
    const warm = "pulumi config set --path release.keepWarmMinutes 0";
    await type(warm, await refused(1, "retire"));
    await refused(0, "retire");
    await expectEnded("retired", "blue");
  });

  it("starts what a rollback needs, and undoes it", async () => {
    await mustRelease();
    await docker("stop", releases.stack.container("blue", 1));
    await type("pulumi up", await refused(3, "rollback"));
    await refused(0, "rollback");
    await expectEnded("rolled-back", "blue");
    await type("bluegreen rollback --undo", await refused(1, "rollback"));
    await expectEnded("released", "green");
    const shown = await type("bluegreen status", await refused(1, "switch", "green"));
    expect(shown).to.match(/green.*(active|live)/);
  });

  it("clears the way for a release", async () => {
    await releases.configure({ "canary.weight": 10 });
    await releases.stack.mustUp();
    const dryRun = ["release", "--image", await releases.nextImage(), "--dry-run"];
    const taken = await refused(3, ...dryRun);
    await type("pulumi config rm canary", taken);
    await type("pulumi up", taken);
    await refused(0, ...dryRun);

    await docker("stop", releases.stack.container("green", 1));
    await type("pulumi up", await refused(3, ...dryRun));
    await refused(0, ...dryRun);
    await releases.expectLive("green");
  });

  it("goes back from a release without a verdict", async () => {
    await releases.configure({ "release.watchSeconds": 1 });
    const image = await releases.nextImage();
    await type("bluegreen rollback", await refused(9, "release", "--image", image));
    await expectEnded("rolled-back", "green");
  });

  /** Ends the command of a release in the middle of its deploy. */
  async function kill(): Promise<void> {
    const image = await releases.nextImage();
    const { child, began } = releases.start("release", "--image", image);
    await began("deploy");
    child.kill("SIGKILL");
    await child;
  }

  /** As a `pulumi up` on another machine does, which can't be asked from here. */
  async function lockState(): Promise<void> {
    const { folder, name } = releases.stack;
    const place = join(folder, lockFolder("blue-green", name));
    await mkdir(place, { recursive: true });
    const holder = { pid: 4711, username: "ann", hostname: "ann-machine" };
    const text = JSON.stringify({ ...holder, timestamp: new Date().toISOString() });
    await writeFile(join(place, "11111111-2222-4333-8444-555555555555.json"), text);
  }
});

/** The texts of a release that printed JSON. */
function textsOf(output: string): string {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => (JSON.parse(line) as { text?: string }).text ?? "").join("\n");
}
