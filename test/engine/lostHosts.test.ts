import { expect } from "chai";
import { now } from "../../load/index.ts";
import {
  askApp,
  eventually,
  healthyHosts,
  hostsBehind,
  pause,
  startUsers,
  stopUsers,
} from "../helpers/asking.ts";
import { buildApp } from "../helpers/images.ts";
import { docker, TestStack } from "../helpers/testStack.ts";
import { expectUnharmed } from "../helpers/traffic.ts";

/** Workers of the load: the most requests in flight. */
const IN_FLIGHT = 12;

describe("a host that is lost", () => {
  let stack: TestStack;
  let blue: object;

  before(async () => {
    blue = { image: await buildApp("v1"), count: 2 };
    stack = await TestStack.create({
      activeColor: "blue",
      blue,
      green: { image: await buildApp("v2"), count: 2 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
    });
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => stack.remove());

  async function everyContainer(): Promise<Record<string, string>> {
    const colors = ["blue", "green", "edge"] as const;
    const lists = await Promise.all(colors.map((color) => stack.containers(color)));
    return Object.assign({}, ...lists) as Record<string, string>;
  }

  /** The containers that are new or gone, by name. */
  async function changedSince(before: Record<string, string>): Promise<string[]> {
    const after = await everyContainer();
    const names = Object.keys({ ...before, ...after });
    return names.filter((name) => before[name] !== after[name]).sort();
  }

  const areTwo = (hosts: string[]) => hosts.length === 2;
  const isOne = (hosts: string[]) => hosts.length === 1;

  it("of the idle color affects no user, and the next up restores it", async () => {
    const before = await everyContainer();
    const load = startUsers(stack.url);
    await docker("kill", stack.container("green", 1));
    await eventually("green-1 is out", () => healthyHosts(stack, "green"), isOne);
    expect(await stack.previewSteps()).to.deep.equal(["replace green-gate", "update green-1"]);
    await stack.mustUp();
    expect(await changedSince(before)).to.deep.equal([stack.container("green", 1)]);
    expectUnharmed(await load.stop(), "blue");
    await eventually("green-1 is in", () => healthyHosts(stack, "green"), areTwo);
    expect(await hostsBehind(stack.previewUrl)).to.deep.equal(["green-1", "green-2"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("of the active color loses the requests in flight on it and no later ones", async () => {
    const load = startUsers(stack.url);
    await pause(2000);
    await docker("kill", stack.container("blue", 1));
    const killed = now();
    await eventually("blue-1 is out", () => healthyHosts(stack, "blue"), isOne);
    await pause(1000);
    const report = await load.stop();
    expect(report.failures.filter(({ startedAt }) => startedAt > killed)).to.deep.equal([]);
    expect(report.failedTotal).to.be.at.most(IN_FLIGHT);
    expect(Object.keys(report.byColor)).to.deep.equal(["blue"]);
    expect((await askApp(stack.url)).host).to.equal("blue-2");
  });

  it("of the active color is restored by the next up without a failure", async () => {
    const before = await everyContainer();
    const load = startUsers(stack.url);
    await stack.mustUp();
    expect(await changedSince(before)).to.deep.equal([stack.container("blue", 1)]);
    await eventually("blue-1 is in", () => healthyHosts(stack, "blue"), areTwo);
    expect(await hostsBehind(stack.url)).to.deep.equal(["blue-1", "blue-2"]);
    expectUnharmed(await load.stop(), "blue");
    expect(await stack.route()).to.equal("blue:0:off");
  });

  it("of the active color does not block adding hosts", async () => {
    await docker("kill", stack.container("blue", 2));
    await eventually("blue-2 is out", () => healthyHosts(stack, "blue"), isOne);
    const load = startUsers(stack.url);
    await stack.set({ blue: { ...blue, count: 3 } });
    await stack.mustUp();
    const areThree = (hosts: string[]) => hosts.length === 3;
    await eventually("blue is whole", () => healthyHosts(stack, "blue"), areThree);
    expectUnharmed(await load.stop(), "blue");
    expect(await hostsBehind(stack.url)).to.deep.equal(["blue-1", "blue-2", "blue-3"]);
  });

  it("of the active color that cannot start again does not block a switch", async () => {
    const release = await takeAddressOf("blue", 1);
    try {
      await eventually("blue-1 is out", () => healthyHosts(stack, "blue"), areTwo);
      const repair = await stack.up("--skip-preview");
      expect(repair.ok, "the host can't be brought back").to.equal(false);
      const load = startUsers(stack.url);
      await stack.set({ activeColor: "green" });
      const switching = await stack.up("--skip-preview");
      expect(await stack.route()).to.equal("green:0:off");
      expect(switching.ok, "blue-1 is still not back").to.equal(false);
      expectUnharmed(await load.stop(), "blue", "green");
    } finally {
      await release();
    }
    await stack.mustUp();
    await eventually(
      "blue is whole",
      () => hostsBehind(stack.previewUrl),
      (hosts) => hosts.length === 3,
    );
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  /** Kills a host and keeps it from starting: another container takes its address. */
  async function takeAddressOf(color: "blue", index: number): Promise<() => Promise<unknown>> {
    const container = stack.container(color, index);
    const network = `blue-green-${stack.name}`;
    const of = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
    const address = await docker("container", "inspect", "--format", of, container);
    await docker("kill", container);
    const name = `${network}-squatter`;
    const image = await buildApp("v1");
    await docker(
      ...["run", "--detach", "--rm", "--name", name, "--network", network, "--ip", address],
      ...["--label", `blue-green.stack=blue-green/${stack.name}`, image, "sleep", "600"],
    );
    return () => docker("rm", "--force", name);
  }
});
