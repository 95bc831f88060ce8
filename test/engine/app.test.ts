import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { execa } from "execa";
import { startLoad } from "../../load/index.ts";
import { buildApp } from "../helpers/images.ts";

const HARDENED = [
  ...["--read-only", "--tmpfs", "/tmp"],
  ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--pids-limit", "256", "--memory", "512m"],
];

describe("example app", () => {
  let image: string;
  const started: string[] = [];

  before(async () => {
    image = await buildApp("v1");
  });

  afterEach(async () => {
    const names = started.splice(0);
    if (names.length > 0) await docker("rm", "--force", "--volumes", ...names);
  });

  /** Starts a container as the product does, and publishes its port on a free loopback port. */
  async function run(env: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = `blue-green-test-app-${randomBytes(4).toString("hex")}`;
    started.push(name);
    const port = env["PORT"] ?? "8000";
    const names = ["--name", name, "--label", "blue-green.test=app"];
    const vars = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const publish = ["--publish", `127.0.0.1::${port}`];
    await docker("run", "--detach", ...names, ...HARDENED, ...publish, ...vars, image);
    return name;
  }

  async function serve(env: Readonly<Record<string, string>> = {}) {
    const name = await run({ DEPLOYMENT_COLOR: "blue", ...env });
    const url = `http://${await docker("port", name, env["PORT"] ?? "8000")}`;
    await until("an answer", () => fetch(`${url}/health`));
    return { name, url };
  }

  it("reports its color, version and host", async () => {
    const { name, url } = await serve();
    const host = await docker("inspect", "--format", "{{.Config.Hostname}}", name);
    const facts = { color: "blue", version: "v1", host };
    expect(await get(`${url}/`)).to.deep.equal({ status: 200, body: facts });
    const health = { status: 200, body: { status: "ok", ...facts } };
    expect(await get(`${url}/health`)).to.deep.equal(health);
  });

  it("takes its port and version from the environment", async () => {
    const { url } = await serve({ PORT: "9123", APP_VERSION: "v9" });
    expect((await get(`${url}/`)).body).to.include({ version: "v9" });
  });

  it("delays /slow by the requested time and rejects an invalid one", async () => {
    const { url } = await serve();
    const before = performance.now();
    expect((await get(`${url}/slow?seconds=0.5`)).status).to.equal(200);
    expect(performance.now() - before).to.be.at.least(500);
    for (const seconds of ["", "x", "nan", "-1", "60.1", "inf"]) {
      expect((await get(`${url}/slow?seconds=${seconds}`)).status, seconds).to.equal(400);
    }
  });

  it("counts requests by method, rule and status, and exports build information", async () => {
    const { url } = await serve();
    for (const path of ["/", "/", "/slow?seconds=x", "/no/such/page"]) await get(url + path);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
    expect((await response.text()).split("\n")).to.include.members([
      'http_requests_total{method="GET",path="/",status="200"} 2.0',
      'http_requests_total{method="GET",path="/slow",status="400"} 1.0',
      'http_requests_total{method="GET",path="unmatched",status="404"} 1.0',
      'http_request_duration_seconds_count{method="GET",path="/"} 2.0',
      'app_build_info{color="blue",version="v1"} 1.0',
    ]);
  });

  it("runs without root, capabilities or new privileges", async () => {
    const { name } = await serve();
    expect(await docker("inspect", "--format", "{{.Config.User}}", name)).to.equal("10001:10001");
    const status = await docker("exec", name, "cat", "/proc/1/status");
    expect(status).to.match(/^Uid:\t10001\t10001\t10001\t10001$/m);
    expect(status).to.match(/^CapEff:\t0+$/m);
    expect(status).to.match(/^NoNewPrivs:\t1$/m);
  });

  it("reports its health to Docker", async () => {
    const [good, bad] = await Promise.all([serve(), serve({ FAIL_HEALTH: "1", PORT: "9124" })]);
    expect((await get(`${bad.url}/health`)).status).to.equal(503);
    await until("healthy", () => expectHealth(good.name, "healthy"));
    await until("unhealthy", () => expectHealth(bad.name, "unhealthy"));
  });

  it("exposes its failure switch only where that is enabled", async () => {
    const { url } = await serve({ ENABLE_FAILURE_SWITCH: "1" });
    expect((await get(`${url}/fail`, "POST")).status).to.equal(200);
    expect((await get(`${url}/health`)).body).to.include({ status: "failing" });
    expect((await get(`${url}/`)).status).to.equal(200);
    expect((await get(`${url}/fail`, "DELETE")).status).to.equal(200);
    expect((await get(`${url}/health`)).status).to.equal(200);

    const locked = await serve();
    expect((await get(`${locked.url}/fail`, "POST")).status).to.equal(404);
    expect((await get(`${locked.url}/health`)).status).to.equal(200);
  });

  it("exits or answers with a wrong body on request", async () => {
    const dead = await run({ FAIL_START: "1" });
    expect(await docker("wait", dead)).to.equal("1");
    const { stderr } = await execa("docker", ["logs", dead]);
    expect(stderr).to.contain("FAIL_START is set");
    const { url } = await serve({ FAIL_BODY: "1" });
    expect(await get(`${url}/`)).to.deep.equal({
      status: 200,
      body: { error: "FAIL_BODY is set" },
    });
  });

  it("turns unhealthy on SIGTERM, keeps serving and finishes requests in flight", async () => {
    const { name, url } = await serve({ SHUTDOWN_DELAY_SECONDS: "4" });
    const inFlight = get(`${url}/slow?seconds=6`);
    const load = startLoad({ url, keepAlive: 4, newConnection: 4, slow: 2, slowSeconds: 1 });
    await sleep(1000);
    await docker("kill", "--signal", "TERM", name);
    const health = await get(`${url}/health`);
    await sleep(2000);
    const report = await load.stop();

    expect(health.status).to.equal(503);
    expect(health.body).to.include({ status: "draining", color: "blue" });
    expect(report.failures).to.deep.equal([]);
    expect(report.total).to.be.greaterThan(100);
    expect((await inFlight).status).to.equal(200);
    expect(await docker("wait", name)).to.equal("0");
  });

  it("shares every layer between two versions", async () => {
    const layers = ["image", "inspect", "--format", "{{json .RootFS.Layers}}"];
    const other = await buildApp("v2");
    expect(await docker(...layers, other)).to.equal(await docker(...layers, image));
  });
});

async function docker(...args: string[]): Promise<string> {
  return (await execa("docker", args)).stdout;
}

async function get(url: string, method = "GET"): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

async function expectHealth(name: string, health: string): Promise<void> {
  expect(await docker("inspect", "--format", "{{.State.Health.Status}}", name)).to.equal(health);
}

/** Retries the step until it passes; on timeout, its last error is the cause. */
async function until(what: string, step: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await step();
      return;
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`no ${what} within 30 s`, { cause });
      await sleep(100);
    }
  }
}
