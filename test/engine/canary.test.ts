import { expect } from "chai";
import {
  askMany,
  eventually,
  expectNoFailure,
  healthyHosts,
  makeSick,
  pause,
  stopUsers,
} from "../helpers/asking.ts";
import { buildApp } from "../helpers/images.ts";
import { docker, TestStack } from "../helpers/testStack.ts";

const SAMPLE = 4000;

describe("a canary", () => {
  let stack: TestStack;
  let blue: object;
  let green: object;

  before(async () => {
    blue = { image: await buildApp("v1"), count: 2 };
    green = { image: await buildApp("v2"), count: 1 };
    stack = await TestStack.create({
      activeColor: "blue",
      blue,
      green,
      smoke: [{ path: "/", contains: "version" }],
      app: { env: { ENABLE_FAILURE_SWITCH: "1", SHUTDOWN_DELAY_SECONDS: "0" } },
    });
    await stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => stack.remove());

  /** How often green answered, after checking that every request was answered. */
  async function greens(requests: number, headers: Record<string, string> = {}): Promise<number> {
    const report = await askMany(stack.url, requests, { headers });
    expectNoFailure(report, requests);
    const { blue = 0, green = 0 } = report.byColor;
    expect(blue + green).to.equal(report.total);
    // Leaves room for a few more requests than the bound was computed for.
    return (green / report.total) * requests;
  }

  async function expectShare(percent: number, requests = SAMPLE): Promise<void> {
    const share = percent / 100;
    const sigma = Math.sqrt(requests * share * (1 - share));
    expect(await greens(requests)).to.be.closeTo(requests * share, 5 * sigma);
  }

  async function expectAll(color: string, headers: Record<string, string>): Promise<void> {
    const report = await askMany(stack.url, 200, { headers });
    expectNoFailure(report, 200);
    expect(report.byColor).to.deep.equal({ [color]: report.total });
  }

  it("is off without config: the default header has no effect", async () => {
    await expectAll("blue", { "x-canary": "true" });
    expect((await askMany(stack.previewUrl, 200)).byColor).to.have.all.keys("green");
  });

  it("with weight 0 sends only testers with the default header to the idle color", async () => {
    await stack.set({ canary: {} });
    await stack.mustUp();
    expect(await stack.route()).to.equal("blue:0:on");
    expect(await greens(SAMPLE)).to.equal(0);
    await expectAll("green", { "x-canary": "true" });
    await expectAll("blue", { "x-canary": "false" });
    await expectAll("blue", { cookie: "x-canary=true" });
  });

  it("with weight 12.5 gets 12.5 % of the requests", async () => {
    await stack.set({ canary: { weight: 12.5 } });
    await stack.mustUp();
    expect((await stack.outputs())["canary"]).to.deep.include({ weight: 12.5, testers: true });
    await expectShare(12.5);
    await expectAll("green", { "x-canary": "true" });
  });

  for (const [weight, requests] of [
    [0.5, 20_000],
    [50, SAMPLE],
  ] as const) {
    it(`with weight ${weight}, set directly, gets ${weight} % of the requests`, async () => {
      await docker("exec", stack.edge, "sh", "/edge/set-route", "blue", String(weight), "on");
      await expectShare(weight, requests);
    });
  }

  it("with weight 100 gets every request, and the preview port still serves its color", async () => {
    await stack.set({ canary: { weight: 100 } });
    await stack.mustUp();
    expect(await greens(SAMPLE)).to.be.closeTo(SAMPLE, 1e-6);
    expect((await askMany(stack.previewUrl, 200)).byColor).to.have.all.keys("green");
  });

  it("matches a custom header and cookie, and reports the color in a custom header", async () => {
    await stack.set({
      canary: { header: "x-beta: yes", cookie: "tester=alice" },
      edge: { port: stack.port, previewPort: stack.previewPort, colorHeader: "x-served-by" },
    });
    await stack.mustUp();
    const colors = async (headers: Record<string, string>) =>
      (await askMany(stack.url, 200, { headers, colorHeader: "x-served-by" })).byColor;
    expect(await colors({ "x-beta": "yes" })).to.have.all.keys("green");
    expect(await colors({ cookie: "other=1; tester=alice" })).to.have.all.keys("green");
    expect(await colors({ "x-beta": "no" })).to.have.all.keys("blue");
    expect(await colors({ "x-canary": "true" })).to.have.all.keys("blue");
    expect(await colors({ cookie: "tester=bob; other=alice" })).to.have.all.keys("blue");
    expect((await fetch(stack.url)).headers.has("x-color")).to.equal(false);
  });

  it("can be removed from the config, and the color's header can be switched off", async () => {
    await stack.set({
      canary: undefined,
      edge: { port: stack.port, previewPort: stack.previewPort, colorHeader: "" },
    });
    await stack.mustUp();
    expect(await stack.route()).to.equal("blue:0:off");
    const response = await fetch(stack.url, { headers: { "x-beta": "yes" } });
    expect(await response.json()).to.include({ color: "blue" });
    expect(response.headers.has("x-color")).to.equal(false);
  });

  it("leaves the route unchanged when its gate fails", async () => {
    await stack.set({
      green: { ...green, env: { FAIL_BODY: "1" } },
      canary: { weight: 50 },
      health: { timeoutSeconds: 5, intervalSeconds: 1 },
      edge: { port: stack.port, previewPort: stack.previewPort },
    });
    const { ok, output } = await stack.up();
    expect(ok).to.equal(false);
    expect(output).to.contain("green did not pass its gate, so the route is unchanged");
    expect(output).to.match(/host green-1: check GET \/: expected a body containing "version"/);
    expect(await stack.route()).to.equal("blue:0:off");
  });

  it("sends its share of users to the active color when none of its hosts is alive", async () => {
    await stack.set({ green, health: { timeoutSeconds: 20, intervalSeconds: 1 } });
    await stack.mustUp();
    await expectShare(50);
    await docker("kill", stack.container("green", 1));
    const isEmpty = (hosts: string[]) => hosts.length === 0;
    await eventually("green is down", () => healthyHosts(stack, "green"), isEmpty);
    expect(await greens(1000)).to.equal(0);
    // A tester asked for green only.
    const { status } = await fetch(stack.url, { headers: { "x-canary": "true" } });
    expect(status).to.equal(503);
    const log = await docker("logs", stack.edge);
    expect(log).to.contain("canary green has no healthy host, served by the active color");
  });

  it("can be removed while a host of the active color is unhealthy", async () => {
    await makeSick(stack.container("blue", 2));
    const isOne = (hosts: string[]) => hosts.length === 1;
    await eventually("blue-2 is out", () => healthyHosts(stack, "blue"), isOne);
    // Docker notices through the image's own check a few seconds later.
    await pause(5000);
    await stack.set({ canary: undefined });
    await stack.mustUp();
    expect(await stack.route()).to.equal("blue:0:off");
    await expectAll("blue", {});
  });
});
