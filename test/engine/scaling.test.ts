import { expect } from "chai";
import { type Load, startLoad } from "../../load/index.ts";
import { buildApp } from "../helpers/images.ts";
import { TestStack, docker } from "../helpers/testStack.ts";
import { expectUnharmed, steadyLoad } from "../helpers/traffic.ts";

describe("the number of hosts", () => {
  let stack: TestStack;
  let load: Load;
  let slowLoads: Load[] = [];
  let v1 = "";
  let v2 = "";

  before(async () => {
    [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: v1, count: 2 },
      green: { image: v2, count: 1 },
      // Stopping a host with requests in flight cuts them; only the drain prevents that.
      app: { stopSeconds: 1, env: { SHUTDOWN_DELAY_SECONDS: "0" } },
      drainSeconds: 10,
      health: { timeoutSeconds: 10, intervalSeconds: 1 },
    });
    await stack.mustUp();
    load = steadyLoad(stack.url, { slowSeconds: 3 });
    // Workers of one load fall into step, so that at times none of them has a request in flight.
    slowLoads = [4, 5.5, 7].map((slowSeconds) => startSlowLoad(stack.url, slowSeconds));
  });
  after(async () => {
    await stopAll(load, ...slowLoads);
    await stack.remove();
  });

  function expectNobodyHarmed(...colors: string[]): void {
    expectUnharmed(load.report(), ...colors);
    expect(slowLoads.flatMap((slow) => slow.report().failures.slice(0, 3))).to.deep.equal([]);
  }

  it("grows in the balancer only after the new host has passed the gate", async () => {
    const before = await stack.containers("blue");
    await stack.set({ blue: { image: v1, count: 3 }, smoke: [{ path: "/", contains: "v9" }] });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(false);
    expect(output).to.contain("color blue, host blue-3: check GET /: expected a body containing");
    expect(await stack.containers("blue"))
      .to.include(before)
      .and.to.have.property(stack.container("blue", 3));
    expect(await members(stack, "blue")).to.deep.equal(["blue-1", "blue-2"]);
    expectNobodyHarmed("blue");
  });

  it("grows while the color is active: old hosts stay, the new one gets traffic", async () => {
    const before = await stack.containers("blue");
    await stack.set({ smoke: [{ path: "/", contains: "version" }] });
    await stack.mustUp();
    expect(await stack.containers("blue")).to.deep.equal(before);
    expect(await members(stack, "blue")).to.deep.equal(["blue-1", "blue-2", "blue-3"]);
    await untilServedBy(stack.url, "blue-3");
    expectNobodyHarmed("blue");
  });

  it("shrinks while the color is active without cutting requests on the leaving hosts", async () => {
    const { [stack.container("blue", 1)]: first } = await stack.containers("blue");
    await stack.set({ blue: { image: v1, count: 1 } });
    await stack.mustUp();
    expect(await stack.containers("blue")).to.deep.equal({ [stack.container("blue", 1)]: first });
    expect(await members(stack, "blue")).to.deep.equal(["blue-1"]);
    expectNobodyHarmed("blue");
  });

  it("changes for the idle color without affecting the active one", async () => {
    const live = await stack.containers("blue");
    const idle = await stack.containers("green");
    await stack.set({ green: { image: v2, count: 2 } });
    await stack.mustUp();
    expect(await stack.containers("blue")).to.deep.equal(live);
    expect(await stack.containers("green"))
      .to.include(idle)
      .and.to.have.property(stack.container("green", 2));
    await stack.set({ green: { image: v2, count: 1 } });
    await stack.mustUp();
    expect(await stack.containers("blue")).to.deep.equal(live);
    expect(await stack.containers("green")).to.deep.equal(idle);
    await stopAll(load, ...slowLoads);
    expectNobodyHarmed("blue");
  });

  it("and the image of a color change only after its open requests are answered", async () => {
    load = steadyLoad(stack.url);
    slowLoads = [6, 7, 9].map((slowSeconds) => startSlowLoad(stack.url, slowSeconds));
    await stack.set({ activeColor: "green", smoke: undefined });
    await stack.mustUp();
    await stack.set({ blue: { image: v2, count: 1 } });
    await stack.mustUp();
    await stopAll(load, ...slowLoads);
    expectNobodyHarmed("blue", "green");
    expect(await (await fetch(stack.previewUrl)).json()).to.include({
      color: "blue",
      version: "v2",
    });
    const lost = Number(/^blue_lost_at=(.*)$/m.exec(await showRoute(stack))?.[1]);
    const started = await startedAt(stack.container("blue", 1));
    expect(started - lost, "seconds from the switch").to.be.at.least(10);
  });
});

function startSlowLoad(url: string, slowSeconds: number): Load {
  return startLoad({ url, slow: 3, slowSeconds, timeoutMs: 30_000 });
}

async function stopAll(...loads: readonly Load[]): Promise<void> {
  await Promise.all(loads.map((load) => load.stop()));
}

function showRoute(stack: TestStack): Promise<string> {
  return docker("exec", stack.edge, "sh", "/edge/show-route");
}

async function startedAt(container: string): Promise<number> {
  const time = await docker("container", "inspect", "--format", "{{.State.StartedAt}}", container);
  return Date.parse(time) / 1000;
}

/** The hosts of a color to which HAProxy may send requests. */
async function members(stack: TestStack, color: string): Promise<string[]> {
  const ask = `echo 'show stat be_${color} 4 -1' | socat - UNIX-CONNECT:/run/haproxy/read.sock`;
  const answer = await docker("exec", stack.edge, "sh", "-c", ask);
  const rows = answer.split("\n").filter((row) => row.startsWith(`be_${color},`));
  return rows.map((row) => row.split(",")[1] ?? "").sort();
}

async function untilServedBy(url: string, host: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  const seen = new Set<string>();
  while (!seen.has(host)) {
    if (Date.now() > deadline) throw new Error(`only ${[...seen].join(", ")} answered`);
    const answer = (await (await fetch(url)).json()) as { host: string };
    seen.add(answer.host);
  }
}
