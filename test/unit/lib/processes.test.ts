import { expect } from "chai";
import { stackNames } from "../../../lib/naming.ts";
import type { ObservedProcess } from "../../../lib/observation.ts";
import { placeProcesses, processWarnings } from "../../../lib/processes.ts";

const names = stackNames("p", "s");
const PROCESSES = {
  worker: { kind: "worker", count: 3 },
  beat: { kind: "single", count: 1 },
} as const;

const placed = (...hosts: string[]) =>
  placeProcesses(
    PROCESSES,
    hosts.map((name) => ({ name })),
    names,
  );

const seen = (name: string, color: "blue" | "green", more: Partial<ObservedProcess> = {}) => ({
  ...{ name, color, process: "worker", generation: "g", isRunning: true, isRestarting: false },
  ...more,
});

describe("the containers of processes", () => {
  it("are spread over the hosts, a single on the first", () => {
    expect(placed("blue-1", "blue-2").map(({ name }) => name)).to.deep.equal([
      ...["blue-1-worker-1", "blue-2-worker-2", "blue-1-worker-3", "blue-1-beat"],
    ]);
    expect(placed()).to.deep.equal([]);
  });

  it("have the same name in both colors for a single, so that Docker refuses a second one", () => {
    const containers = (host: string) => placed(host).map(({ containerName }) => containerName);
    expect(containers("blue-1").at(-1)).to.equal(containers("green-1").at(-1));
    expect(containers("blue-1")[0]).not.to.equal(containers("green-1")[0]);
  });

  it("are reported where they work in the wrong color, in none, or not for long", () => {
    const there = [
      seen("p-s-blue-1-worker-1", "blue"),
      seen("p-s-blue-1-worker-2", "blue", { isRestarting: true }),
      seen("p-s-green-1-worker-1", "green"),
      seen("p-s-single-beat", "blue", { process: "beat", isRunning: false }),
    ];
    const wanted = placed("blue-1").filter(({ name }) => name !== "blue-1-worker-3");
    expect(processWarnings(wanted, there, "blue")).to.deep.equal([
      "p-s-single-beat: beat does not run in blue, which has the traffic; pulumi up starts it",
      "p-s-green-1-worker-1: worker runs in green, which does not have the traffic; pulumi up stops it",
      "p-s-blue-1-worker-2: worker exits again and again (docker logs p-s-blue-1-worker-2)",
    ]);
  });
});
