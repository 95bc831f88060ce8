import { access } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { LABEL } from "../../../dev/emulators/labels.ts";
import { labelled } from "../../../dev/emulators/machine/remove.ts";
import { lockHolders } from "../../../release/engine/stateLock.ts";
import { eventually } from "../../helpers/asking.ts";
import { DemoFolder } from "../../helpers/demoFolder.ts";

const TARGET = ["--target", "digitalocean"];

describe("the demo on DigitalOcean without an account", function () {
  this.timeout(1_200_000);
  let folder: DemoFolder;

  beforeEach(async () => (folder = await DemoFolder.make()));
  afterEach(() => folder.remove());

  /** Expects that neither Docker nor Pulumi has anything left from a demo. */
  async function expectNothingLeft(run: string): Promise<void> {
    expect(await labelled(`${LABEL}=${run}`)).to.deep.equal([]);
    for (const stack of [folder.stack, `${folder.stack}-edge`]) {
      const state = join(folder.path, ".pulumi", "stacks", "blue-green", `${stack}.json`);
      for (const file of [join(folder.path, `Pulumi.${stack}.yaml`), state]) {
        expect(await exists(file), file).to.equal(false);
      }
    }
  }

  /** Starts the demo and waits until the first droplets are being created. */
  async function startTour() {
    const tour = folder.start(...TARGET);
    let said = "";
    tour.all.on("data", (data: Buffer) => (said += String(data)));
    const { run, pid } = await folder.traces();
    const look = () => Promise.resolve(said);
    await eventually("the first stack comes up", look, (text) => /\+ created/.test(text), 300);
    return { tour, run, pid };
  }

  it("shows a release behind the load balancer and behind an edge without losing a request", async () => {
    const tour = folder.npm("demo", ...TARGET);
    const { run } = await folder.traces();
    const { exitCode, all } = await tour;
    console.log(all.replace(/^/gm, "      "));
    expect(exitCode).to.equal(0);
    expect(all).to.match(/^ +failed requests( +0){4}$/m);
    expect(all).to.match(/^ +old color after the switch( +0){4}$/m);
    expect(all).to.contain("\n   $ pulumi config set activeColor green\n");
    const green = /the tag live: green-1, green-2$/m;
    const blue = /the tag live: blue-1, blue-2$/m;
    expect(all.search(green)).to.be.greaterThan(all.search(blue));
    expect(all).to.match(/reserved IP +[\d.]+ +points to edge-1$/m);
    expect(all.match(/^ +The account holds now:\n +nothing$/gm)).to.have.length(2);
    await expectNothingLeft(run);
  });

  it("leaves nothing behind when it is stopped", async () => {
    const { tour, run } = await startTour();
    tour.kill("SIGINT");
    const { exitCode, all } = await tour;
    expect(exitCode, all).to.equal(130);
    expect(all).to.contain("Everything that the demo made is removed.");
    await expectNothingLeft(run);
  });

  it("leaves nothing after a kill and the cleanup that follows", async () => {
    const { tour, run, pid } = await startTour();
    process.kill(pid, "SIGKILL");
    await tour;
    const backendUrl = `file://${folder.path}`;
    const state = { backendUrl, project: "blue-green", stack: folder.stack };
    for (const holder of await lockHolders(state)) {
      process.kill(holder.pid, "SIGKILL");
    }
    expect(await labelled(`${LABEL}=${run}`)).not.to.deep.equal([]);
    const { exitCode, all } = await folder.npm("demo:remove");
    expect(exitCode, all).to.equal(0);
    await expectNothingLeft(run);
  });
});

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
