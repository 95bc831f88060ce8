import { kill } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { buildWorkingApp } from "../helpers/workingImage.ts";
import { bluegreen } from "../helpers/bluegreen.ts";
import { TestStack, docker } from "../helpers/testStack.ts";

const PROCESSES = {
  worker: { command: "python3 worker.py", count: 2, memoryMb: 128, stopSeconds: 10 },
  clock: { command: "python3 clock.py", kind: "single", stopSeconds: 1 },
};

describe("workers and a single process", () => {
  let stack: TestStack;
  let next = 1;

  const clock = () => `blue-green-${stack.name}-single-clock`;
  const worker = (color: string, index: number) =>
    `blue-green-${stack.name}-${color}-1-worker-${index}`;
  const state = (container: string) =>
    docker("inspect", "--format", "{{.State.Status}}", container).then((text) => text.trim());
  /** The processes at work, each with its container's id. */
  const running = async () => {
    const format = ["--format", "{{.Names}} {{.ID}}", "--filter", "label=blue-green.kind"];
    const lines = (await docker("ps", ...format)).split("\n");
    return lines.filter((line) => line.includes(stack.name)).sort();
  };
  const names = (lines: readonly string[]) => lines.map((line) => line.split(" ")[0]);
  const inFiles = (script: string) =>
    docker(
      ...["run", "--rm", "-v", `blue-green-${stack.name}-volume-jobs:/data`, "--user", "65534"],
      ...["--entrypoint", "sh", "blue-green-working:v1", "-c", script],
    );

  /** Adds jobs and waits until each is done. Returns who has done them. */
  async function work(count: number): Promise<string[]> {
    const jobs = Array.from({ length: count }, (_, at) => next + at).join(" ");
    next += count;
    await inFiles(`for job in ${jobs}; do echo >/data/new/$job; done`);
    const done = await inFiles(
      `for job in ${jobs}; do tries=200; until [ -f /data/done/$job ] || [ $((tries -= 1)) = 0 ]; ` +
        `do sleep 0.1; done; cat /data/done/$job; done`,
    );
    return done.split("\n").filter(Boolean);
  }

  const clockLog = async () => (await inFiles("cat /data/clock.log")).split("\n").filter(Boolean);
  const colors = (done: readonly string[]) => [...new Set(done)].sort();

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildWorkingApp("v1"), count: 1 },
      green: { image: await buildWorkingApp("v2"), count: 1 },
      app: {
        ...{ volumes: [{ name: "jobs", path: "/data" }], writablePaths: ["/srv/app"] },
        // The web server does not end at SIGTERM.
        stopSeconds: 1,
      },
      smoke: [{ path: "/" }],
      processes: PROCESSES,
    });
    await stack.mustUp();
  });
  after(() => stack.remove());

  it("work in the color that takes the traffic, and in no other", async () => {
    const done = await work(6);
    expect(done).to.have.length(6);
    expect(colors(done)).to.deep.equal(["blue"]);
    expect(await clockLog()).to.deep.equal(["started blue"]);
    expect(names(await running())).to.deep.equal(
      [clock(), worker("blue", 1), worker("blue", 2)].sort(),
    );
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("move with the traffic, as a preview shows; each job is done once", async () => {
    await stack.set({ activeColor: "green" });
    const processes = ["1-clock", "1-worker-1", "1-worker-2"];
    expect(await stack.previewSteps()).to.deep.equal(
      [
        ...["update gate", "update edge-route"],
        ...["blue", "green"].flatMap((color) => processes.map((one) => `update ${color}-${one}`)),
      ].sort(),
    );
    const [done] = await Promise.all([work(60), stack.mustUp()]);
    expect(done).to.have.length(60);
    expect(colors(await work(4))).to.deep.equal(["green"]);
    expect(await state(worker("blue", 1))).to.equal("exited");
    expect(await clockLog()).to.deep.equal(["started blue", "started green"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("are in the outputs and in the status", async () => {
    const { pools } = (await stack.outputs()) as {
      pools: Record<string, { processes: { name: string; runs: boolean }[] }>;
    };
    expect(pools["green"]?.processes.map(({ name, runs }) => [name, runs])).to.deep.equal([
      ...[
        ["clock", true],
        ["worker", true],
        ["worker", true],
      ],
    ]);
    expect(pools["blue"]?.processes.some(({ runs }) => runs)).to.equal(false);
    const { output } = await bluegreen(stack, "status");
    expect(output).to.match(/^worker +2 of 2 run in green$/m);
    expect(output).to.match(/^clock +1 of 1 runs in green$/m);
  });

  it("keep the route where it is if one of the new color does not stay up", async () => {
    await stack.set({ blue: { image: await buildWorkingApp("v3", true), count: 1 } });
    await stack.mustUp();
    await stack.set({ activeColor: "blue" });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.match(
      /blue-1-worker-\d on host blue-1 exited with code 1 instead of running/,
    );
    expect(output).to.include("no such queue");
    expect(await stack.route()).to.equal("green:0:off");
    expect(colors(await work(6))).to.deep.equal(["green"]);
    expect(await clockLog()).to.have.length(2);
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
  });

  it("start again when they are killed or stopped, and never twice", async () => {
    kill(Number(await docker("inspect", "--format", "{{.State.Pid}}", clock())), "SIGKILL");
    await docker("stop", worker("green", 2));
    for (let tries = 60; tries > 0 && (await clockLog()).length < 3; tries--) await sleep(1000);
    expect((await clockLog()).at(-1)).to.equal("started green");
    expect((await bluegreen(stack, "status")).output).to.match(/^warning .*worker-2/m);
    await stack.mustUp();
    expect(await state(worker("green", 2))).to.equal("running");
    await docker("start", worker("blue", 1)).catch(() => undefined);
    await stack.mustUp();
    expect(await state(worker("blue", 1))).to.equal("exited");
    expect(await clockLog()).not.to.include("TWICE");
  });

  it("change with a release: the live color keeps its own, and has them again after a rollback", async () => {
    const { worker: old, clock: same } = PROCESSES;
    await stack.set({
      blue: { image: await buildWorkingApp("v1"), count: 1 },
      green: { image: await buildWorkingApp("v2"), count: 1, keep: true },
      processes: { worker: { ...old, count: 1 }, second: old, clock: same },
    });
    expect((await stack.preview()).output).to.contain(
      "green keeps processes.second (not set), processes.worker.count 2 until it is idle",
    );
    const live = await running();
    await stack.mustUp();
    expect(await running()).to.deep.equal(live);
    expect((await bluegreen(stack, "status")).output).to.match(/^worker +2 of 2 run in green$/m);
    await stack.set({ activeColor: "blue" });
    await stack.mustUp();
    const second = (index: number) => worker("blue", index).replace("worker", "second");
    const next = [clock(), second(1), second(2), worker("blue", 1)];
    expect(names(await running())).to.deep.equal(next.sort());
    await stack.set({ activeColor: "green" });
    await stack.mustUp();
    expect(names(await running())).to.deep.equal(names(live));
    expect(await stack.previewSteps()).to.deep.equal([]);
  });
});
