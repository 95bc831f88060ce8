import { expect } from "chai";
import { localStack } from "../../../../components/local/localTarget.ts";
import {
  type KeptColor,
  type KeptColors,
  withKept,
} from "../../../../components/service/deployedSettings.ts";
import { stackNames } from "../../../../lib/naming.ts";
import { PLAN, command, inputOf, valuesOf } from "../../../helpers/components.ts";
import { type Registration, recordResources, valueOf } from "../../../helpers/mocks.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const names = stackNames("blue-green", "test");

const PROCESSES = {
  worker: { command: "celery worker", count: 3, stopSeconds: 90, memoryMb: 256, cpus: 0.5 },
  beat: { command: "celery beat", kind: "single" },
};

const BY_COLOR = (color: string) => ({
  [`${color}-1`]: "",
  [`${color}-2`]: "",
  [`${color}-1-worker-1`]: "",
  [`${color}-2-worker-2`]: "",
  [`${color}-1-worker-3`]: "",
  [`${color}-1-beat`]: "",
});

async function build(more: object = {}, kept?: KeptColors) {
  const recorder = await recordResources({
    ...{ network: "172.18.0.0/16", "blue-image": "sha256:b1\nb", "green-image": "sha256:a1\na" },
    ...{ gate: "", edge: "", "edge-route": "blue:0:off" },
    ...BY_COLOR("blue"),
    ...BY_COLOR("green"),
  });
  const settings = settingsFrom({ ...MINIMAL, processes: PROCESSES, ...more });
  const outputs = localStack(
    {
      settings: withKept(settings, kept ?? {}),
      ...(kept && { kept }),
      plan: PLAN,
      names,
      hooks: () => undefined,
    },
    "edge:1",
  );
  return { outputs, resources: await recorder.registrations() };
}

/** A component's children wait for it, and it for these. */
const waitsFor = (resources: readonly Registration[], name: string) =>
  resources.find((one) => one.name === name && one.type.endsWith("AppContainer"))?.dependsOn ?? [];

describe("the processes of a color", () => {
  it("start before the route where they work, and stop after it where they don't", async () => {
    const { resources } = await build();
    const after = (name: string) => [
      ...command(resources, name).dependsOn,
      ...waitsFor(resources, name),
    ];
    expect(after("blue-1-worker-1")).to.include.members(["gate", "blue-image"]);
    expect(after("edge-route")).to.include.members(["blue-1-worker-1", "blue-2-worker-2"]);
    expect(after("edge-route")).not.to.include("green-1-worker-1");
    expect(after("green-1-worker-1")).to.include("edge-route");
    expect(after("green-1-beat")).to.include("edge-route");
  });

  it("hand a single over only once the other color's has stopped", async () => {
    const { resources } = await build();
    const dependsOn = waitsFor(resources, "blue-1-beat");
    expect(dependsOn).to.include.members(["edge-route", "green-1-beat"]);
    expect(dependsOn).not.to.include("green-1-worker-1");
    const beats = ["blue", "green"].map((color) => command(resources, `${color}-1-beat`));
    for (const beat of beats) {
      expect(valuesOf(beat)).to.include({
        CONTAINER: "blue-green-test-single-beat",
        KIND: "single",
      });
    }
    const calls = beats.map(({ inputs }) => String(inputs["create"]));
    expect(calls[0]).to.include("RUNS='yes' up");
    expect(calls[1]).to.include("RUNS='no' up");
  });

  it("have the values of a web container, with limits of their own", async () => {
    const { resources } = await build({ app: { env: { A: "1" }, writablePaths: ["/c"] } });
    const worker = command(resources, "green-1-worker-3");
    expect(valuesOf(worker)).to.include({
      ...{ COLOR: "green", HOST: "green-1", NODE: "green-1-worker-3", PROCESS: "worker" },
      ...{ CONTAINER: "blue-green-test-green-1-worker-3", IMAGE: "sha256:a1" },
      ...{ MEMORY: "256m", CPUS: "0.5", STOP_SECONDS: "90", WRITABLE: "/c" },
      COMMAND: "'celery' 'worker'",
    });
    expect(worker.inputs["create"]).to.include("GENERATION='p1' RUNS='no' up");
    expect(valuesOf(worker)["FIXED"]).to.include("MEMORY restart processes.worker.memoryMb");
    expect(valuesOf(worker)["FIXED"]).to.include("COMMAND restart processes.worker.command");
    expect(inputOf(worker)).to.equal("A=1\nDEPLOYMENT_COLOR=green\nPORT=8000");
    expect(valuesOf(command(resources, "blue-1-beat"))).to.include({ MEMORY: "512m", CPUS: "1" });
  });

  it("are in the outputs, and only if there are any", async () => {
    const { outputs } = await build();
    expect(outputs.pools.green?.processes?.at(1)).to.deep.equal({
      ...{ name: "worker", kind: "worker", host: "green-1", runs: false },
      container: "blue-green-test-green-1-worker-1",
    });
    expect(outputs.pools.blue?.processes?.map(({ runs }) => runs)).to.deep.equal([
      true,
      true,
      true,
      true,
    ]);
    const without = await build({ processes: {} });
    expect(without.outputs.pools.blue).not.to.have.property("processes");
    expect(without.resources.map(({ type }) => type)).not.to.include("blue-green:app:AppProcesses");
    expect(await valueOf(without.outputs.activeColor)).to.equal("blue");
  });

  it("stay those that a color was deployed with, while the other color has those of the config", async () => {
    const old = settingsFrom({
      ...MINIMAL,
      processes: { ...PROCESSES, worker: { command: "old" } },
    });
    const blue: KeptColor = {
      ...{ color: "blue", settings: [], hasUnknown: false, generations: {}, app: {} },
      processes: old.processes.blue,
    };
    const { resources } = await build({ processes: { worker: PROCESSES.worker } }, { blue });
    const workers = resources
      .filter(({ type, name }) => type.endsWith("AppContainer") && /-(worker|beat)/.test(name))
      .map(({ name }) => name);
    expect(workers).to.deep.equal([
      ...["blue-1-beat", "blue-1-worker-1"],
      ...["green-1-worker-1", "green-1-worker-3", "green-2-worker-2"],
    ]);
  });

  it("have settings that are checked", () => {
    const processes = {
      web: { command: "a" },
      beat: { command: "b", kind: "single", count: 2 },
      c: {},
    };
    expect(() => settingsFrom({ ...MINIMAL, processes })).to.throw(
      /processes.c.command: must be words.*processes.web: must not be one of web.*processes.beat.count: must be 1 for a single/s,
    );
  });
});
