import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { stoppingProcesses } from "../../../../components/service/stopProcesses.ts";
import type { DirectRoute, StackHost } from "../../../../components/service/target.ts";
import { THIS_MACHINE } from "../../../../components/machine/exec.ts";
import { stackNames } from "../../../../lib/naming.ts";

const ROUTE = { active: "blue", canaryWeight: 0, testers: false } as const;

describe("a route that is set without Pulumi", () => {
  let folder: string;
  const path = process.env["PATH"] ?? "";
  const order: string[] = [];
  const direct: DirectRoute = {
    look: () => Promise.resolve(ROUTE),
    set: () => Promise.resolve(["unrecorded"]).finally(() => order.push("route")),
  };
  const hosts: StackHost[] = [
    { name: "blue-1", color: "blue", machine: THIS_MACHINE },
    { name: "green-1", color: "green", machine: THIS_MACHINE },
    { name: "edge", machine: THIS_MACHINE },
  ];
  const route = (find = () => Promise.resolve<readonly StackHost[]>(hosts)) =>
    stoppingProcesses(direct, find, stackNames("p", "s"));
  const calls = async () => (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");

  beforeEach(async () => {
    order.length = 0;
    folder = await mkdtemp(join(tmpdir(), "blue-green-"));
    process.env["PATH"] = `${folder}:${path}`;
  });
  afterEach(async () => {
    process.env["PATH"] = path;
    await rm(folder, { recursive: true });
  });

  async function installDocker(lines: string): Promise<void> {
    const file = join(folder, "docker");
    await writeFile(file, `#!/bin/sh\necho "$*" >>${folder}/calls\n${lines}\n`);
    await chmod(file, 0o755);
  }

  it("stops the processes of the color that loses the traffic, after the route, and waits for no job", async () => {
    await installDocker(
      'case $1 in ps) echo "a b" ;; stop) sleep 1; echo stopped >>"$0.done" ;; esac',
    );
    expect(await route().set(ROUTE)).to.deep.equal(["unrecorded"]);
    for (let tries = 50; tries > 0 && (await calls()).length < 2; tries--) await sleep(50);
    expect(await calls()).to.deep.equal([
      "ps --quiet --filter label=blue-green.stack=p/s --filter label=blue-green.color=green " +
        "--filter label=blue-green.kind",
      "stop a b",
    ]);
    expect(order).to.deep.equal(["route"]);
    for (let tries = 60; tries > 0; tries--) {
      if (await readFile(join(folder, "docker.done"), "utf8").catch(() => undefined)) break;
      await sleep(50);
    }
    expect(await readFile(join(folder, "docker.done"), "utf8")).to.equal("stopped\n");
  });

  it("stops nothing where nothing works", async () => {
    await installDocker("");
    expect(await route().set(ROUTE)).to.deep.equal(["unrecorded"]);
    expect(await calls()).to.have.length(1);
  });

  it("stays set if they can't be stopped, and says which may still work", async () => {
    await installDocker("echo no daemon >&2; exit 1");
    const said = await route().set(ROUTE);
    expect(said[1]).to.equal(
      "The processes of green may still be at work, because they could not be stopped: green-1: no daemon",
    );
    const lost = await route(() => Promise.reject(new Error("no API"))).set(ROUTE);
    expect(lost[1]).to.match(/green may still be at work.*no API$/);
  });

  it("is not set at all if the balancer refuses", async () => {
    await installDocker("");
    const refused = { ...direct, set: () => Promise.reject(new Error("no healthy host")) };
    const set = stoppingProcesses(refused, () => Promise.resolve(hosts), stackNames("p", "s"));
    const failure = await set.set(ROUTE).catch((error: Error) => error.message);
    expect(failure).to.equal("no healthy host");
    expect(await calls().catch(() => [])).to.deep.equal([]);
  });
});
