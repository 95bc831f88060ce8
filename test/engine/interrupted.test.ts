import { expect } from "chai";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  askApp,
  eventually,
  routeEverywhere,
  sameEverywhere,
  startUsers,
  stopUsers,
} from "../helpers/asking.ts";
import { buildApp } from "../helpers/images.ts";
import { killUp, lockHolders, recover } from "../helpers/interruption.ts";
import { docker, TestStack } from "../helpers/testStack.ts";
import { expectUnharmed } from "../helpers/traffic.ts";

describe("an up that was killed", () => {
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 1 },
      green: { image: await buildApp("v2"), count: 1 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
    });
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => stack.remove());

  it("leaves a lock with a name and no false drift if killed right after its switch", async () => {
    const load = startUsers(stack.url);
    await stack.set({ activeColor: "green" });
    const env = await dockerThatStaysAfterSetRoute();
    const killed = killUp(stack, { resource: "edge-route", delayMs: 4000 }, env);
    await eventually(
      "the route is set",
      () => stack.route(),
      (route) => route === "green:0:off",
    );
    expect(await killed).to.equal(true);
    expect(await stack.route()).to.equal("green:0:off");
    expect((await stack.outputs())["activeColor"]).to.equal("blue");

    await stack.set({ activeColor: "blue" });
    const holders = await lockHolders(stack);
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.contain("the stack is currently locked by 1 lock(s)");
    expect(output).to.contain("`pulumi cancel`");
    expect(output).to.contain(`(pid ${holders[0]?.pid})`);
    expect(await stack.route()).to.equal("green:0:off");

    await recover(stack);
    expect(await routeEverywhere(stack)).to.deep.equal(sameEverywhere("blue:0:off"));
    expect((await askApp(stack.url)).color).to.equal("blue");
    expectUnharmed(await load.stop(), "blue", "green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("finds its state intact: no state file is written in two steps", async () => {
    // The folder backend writes its attribute files in two steps; see `backend` in Pulumi.yaml.
    const files = await readdir(join(stack.folder, ".pulumi"), { recursive: true });
    expect(files.filter((file) => file.endsWith(".attrs"))).to.deep.equal([]);
    expect(files.filter((file) => file.endsWith(`${stack.name}.json`))).not.to.deep.equal([]);
  });

  // What set-route leaves when it dies between two steps of a switch from blue to green.
  const RECORD =
    "sed 's/^route=.*/route=green:0:off/' route.record >r && echo previous=blue:0:off >>r && mv r route.record";
  const MAP = "echo 'route green:0:off' >route.map";
  const MEMORY =
    "echo 'set map /edge/route.map route green:0:off' | socat - /run/haproxy/admin.sock";
  const HALVES: Readonly<Record<string, string>> = {
    "in the middle of a file": "echo 'rou' >route.record.new",
    "with the record written": RECORD,
    "with the record and the map's file written": `${RECORD} && ${MAP}`,
    "with HAProxy updated but not read back": `${RECORD} && ${MAP} && ${MEMORY}`,
  };

  for (const [half, script] of Object.entries(HALVES)) {
    it(`causes no drift when it ends ${half}, and the previous config undoes its route`, async () => {
      await docker("exec", stack.edge, "sh", "-c", script);
      await stack.mustUp();
      expect(await routeEverywhere(stack)).to.deep.equal(sameEverywhere("blue:0:off"));
      expect(await stack.previewSteps()).to.deep.equal([]);
    });
  }

  it("causes no drift with the record written, and the next up completes its route", async () => {
    await docker("exec", stack.edge, "sh", "-c", RECORD);
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
    expect(await routeEverywhere(stack)).to.deep.equal(sameEverywhere("green:0:off"));
    await stack.set({ activeColor: "blue" });
    await stack.mustUp();
  });

  it("gets its route completed once the map file is written, even if the edge restarted", async () => {
    await docker("exec", stack.edge, "sh", "-c", `${RECORD} && ${MAP}`);
    await docker("restart", stack.edge);
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
    expect(await routeEverywhere(stack)).to.deep.equal(sameEverywhere("green:0:off"));
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  /** Leaves time to kill the CLI after the route is set and before its state is saved. */
  async function dockerThatStaysAfterSetRoute(): Promise<Record<string, string>> {
    const folder = join(stack.folder, "slow");
    const path = process.env["PATH"] ?? "";
    const shim = `#!/bin/sh
PATH='${path}'
docker "$@" || exit
case "$*" in *set-route*) sleep 8 ;; esac
`;
    await mkdir(folder);
    await writeFile(join(folder, "docker"), shim);
    await chmod(join(folder, "docker"), 0o755);
    return { PATH: `${folder}:${path}` };
  }
});
