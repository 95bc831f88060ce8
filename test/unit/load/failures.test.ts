import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { startLoad, type LoadOptions, type LoadReport } from "../../../load/index.ts";
import { answer, serve, type Script, type ScriptedServer } from "./scriptedServer.ts";

describe("load: failures", () => {
  let server: ScriptedServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function loadOn(
    script: Script,
    options: Partial<LoadOptions> = { keepAlive: 1 },
    requests = 0,
  ): Promise<LoadReport> {
    server = await serve(script);
    const load = startLoad({ url: server.url, ...options });
    do await sleep(300);
    while (server.requests() < requests);
    return load.stop();
  }

  function expectOnly(report: LoadReport, reason: string): void {
    expect(report.failedTotal).to.be.greaterThan(0);
    expect(report.byReason).to.deep.equal({ [reason]: report.failedTotal });
    expect(report.total, "one record for each request that arrived").to.equal(server?.requests());
  }

  it("counts a reset on a fresh connection", async () => {
    const report = await loadOn((_n, req) => req.socket.resetAndDestroy(), { newConnection: 2 });
    expectOnly(report, "reset");
    expect(report.failedTotal).to.equal(report.total);
  });

  it("counts a reset on a reused connection and does not retry", async () => {
    const report = await loadOn((n, req, res) => {
      if (n % 5 === 0) req.socket.resetAndDestroy();
      else answer(res);
    });
    expectOnly(report, "reset");
    expect(report.failedTotal).to.equal(Math.floor(report.total / 5));
    expect(server?.connections()).to.be.at.most(report.failedTotal + 1);
  });

  it("counts an orderly close instead of an answer as a reset", async () => {
    const report = await loadOn((n, req, res) => (n % 5 === 0 ? req.socket.end() : answer(res)));
    expectOnly(report, "reset");
  });

  it("counts a body shorter than its announced length as truncated", async () => {
    const report = await loadOn((_n, _req, res) => {
      res.writeHead(200, { "content-length": 100, "x-color": "blue" });
      res.write("short", () => res.destroy());
    });
    expectOnly(report, "truncated");
    expect(report.failures[0]).to.include({ status: 200, color: "blue", kind: "keepAlive" });
  });

  it("counts a chunked body without its last chunk as truncated", async () => {
    const report = await loadOn((_n, req, res) => {
      res.writeHead(200);
      res.write("chunk", () => req.socket.end());
    });
    expectOnly(report, "truncated");
  });

  it("counts an answer that is not HTTP as malformed", async () => {
    const report = await loadOn((_n, req) => req.socket.end("hello\r\n\r\n"));
    expectOnly(report, "malformed");
  });

  it("counts a missing answer and a stuck body as timeouts, on time", async () => {
    const report = await loadOn(
      (n, _req, res) => {
        if (n % 2 === 0) res.writeHead(200, { "content-length": 100 }).write("stuck");
      },
      { keepAlive: 1, timeoutMs: 80 },
    );
    expectOnly(report, "timeout");
    for (const { startedAt, endedAt } of report.failures) {
      expect(endedAt - startedAt).to.be.within(80, 200);
    }
  });

  it("counts every status but 200, unless told otherwise", async () => {
    const script: Script = (n, _req, res) => answer(res, "blue", [200, 404, 500][n % 3]);
    const strict = await loadOn(script);
    expectOnly(strict, "status");
    expect(new Set(strict.failures.map(({ status }) => status))).to.deep.equal(new Set([404, 500]));
    await server?.close();
    const lenient = await loadOn(script, { keepAlive: 1, isExpected: (status) => status < 500 });
    expect(new Set(lenient.failures.map(({ status }) => status))).to.deep.equal(new Set([500]));
  });

  it("counts a refused connection, pausing between attempts", async () => {
    const gone = await serve(() => {});
    await gone.close();
    const load = startLoad({ url: gone.url, keepAlive: 1, newConnection: 1 });
    await sleep(200);
    const report = await load.stop();
    expect(report.byReason).to.deep.equal({ connect: report.total });
    expect(report.total).to.be.within(2, 42);
  });

  it("lists the first 200 failures and counts the rest", async () => {
    const options = { keepAlive: 4, pauseAfterFailureMs: 0 };
    const report = await loadOn((_n, _req, res) => answer(res, "blue", 503), options, 250);
    expect(report.failures).to.have.lengthOf(200);
    expect(report.failedTotal).to.be.greaterThan(200);
  });

  it("does not count a connection closed while idle as a failure", async () => {
    const report = await loadOn(
      (_n, req, res) => {
        answer(res);
        setTimeout(() => req.socket.destroy(), 10);
      },
      { keepAlive: 1, ratePerSecond: 20 },
    );
    expect(report.failedTotal).to.equal(0);
    // On a busy machine one connection may serve a second request before it is closed.
    expect(server?.connections()).to.be.within(2, report.total);
  });
});
