import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { now, startLoad } from "../../../load/index.ts";
import { eventually } from "../../helpers/asking.ts";
import { answer, serve, type ScriptedServer } from "./scriptedServer.ts";

describe("load", () => {
  let server: ScriptedServer;

  afterEach(() => server.close());

  it("keeps one connection for each keep-alive worker", async () => {
    server = await serve((_n, _req, res) => answer(res));
    const load = startLoad({ url: server.url, keepAlive: 3 });
    await sleep(200);
    const report = await load.stop();
    expect(report.failedTotal).to.equal(0);
    expect(report.byKind).to.deep.equal({ keepAlive: server.requests() });
    expect(server.connections()).to.equal(3);
  });

  it("opens a connection for each request of a new-connection worker", async () => {
    server = await serve((_n, _req, res) => answer(res));
    const load = startLoad({ url: server.url, newConnection: 3 });
    await sleep(200);
    const report = await load.stop();
    expect(report.failedTotal).to.equal(0);
    expect(report.total).to.be.greaterThan(3);
    expect(server.connections()).to.equal(report.total);
  });

  it("sends slow workers to /slow and the others to the URL", async () => {
    const paths = new Set<string | undefined>();
    server = await serve((_n, req, res) => {
      paths.add(req.url);
      setTimeout(() => answer(res), 5);
    });
    const url = `${server.url}page?x=1`;
    const load = startLoad({ url, keepAlive: 1, slow: 1, slowSeconds: 0.5 });
    await sleep(100);
    const { byKind, total } = await load.stop();
    expect([...paths].sort()).to.deep.equal(["/page?x=1", "/slow?seconds=0.5"]);
    expect((byKind.keepAlive ?? 0) + (byKind.slow ?? 0)).to.equal(total);
  });

  it("stays below a rate over all workers", async () => {
    server = await serve((_n, _req, res) => answer(res));
    const load = startLoad({ url: server.url, keepAlive: 4, newConnection: 4, ratePerSecond: 200 });
    // However busy the machine is.
    await eventually(
      "more than a burst",
      () => Promise.resolve(load.snapshot().done),
      (done) => done > 80,
    );
    const { total, startedAt, endedAt } = await load.stop();
    expect(total).to.be.at.most((200 * (endedAt - startedAt)) / 1000 + 1);
  });

  it("sends the given headers and reads the color from the named one", async () => {
    server = await serve((_n, req, res) => {
      res.writeHead(200, { "X-Served-By": String(req.headers["x-canary"]) }).end();
    });
    const load = startLoad({
      url: server.url,
      keepAlive: 1,
      colorHeader: "X-Served-By",
      headers: { "x-canary": "true" },
    });
    await sleep(50);
    const { byColor, total } = await load.stop();
    expect(byColor).to.deep.equal({ true: total });
  });

  it("shows its progress", async () => {
    server = await serve((n, _req, res) =>
      answer(res, n <= 10 ? "blue" : "green", n === 5 ? 500 : 200),
    );
    const load = startLoad({ url: server.url, keepAlive: 1 });
    await sleep(150);
    const { sent, done, failed, color, byColor } = load.snapshot();
    expect(failed).to.equal(1);
    expect(sent - done - failed).to.be.within(0, 1);
    expect(color).to.equal("green");
    expect(byColor).to.deep.equal({ blue: 10, green: done + failed - 10 });
    await load.stop();
  });

  it("lets requests in flight finish when it stops", async () => {
    server = await serve((_n, _req, res) => void setTimeout(() => answer(res), 200));
    const load = startLoad({ url: server.url, keepAlive: 2, newConnection: 2 });
    await sleep(50);
    const report = await load.stop();
    expect(report.total).to.equal(4);
    expect(report.failedTotal).to.equal(0);
    expect(server.requests()).to.equal(4);
  });

  it("does not count the wait for slow requests at its end as a gap", async () => {
    server = await serve((_n, req, res) => {
      setTimeout(() => answer(res), req.url?.startsWith("/slow") ? 400 : 0);
    });
    const load = startLoad({ url: server.url, keepAlive: 1, slow: 1 });
    await sleep(100);
    const report = await load.stop();
    expect(report.byKind.slow).to.equal(1);
    expect(report.longestGap()).to.be.lessThan(200);
  });

  it("stops within its timeout when an answer never comes", async () => {
    server = await serve(() => {});
    const load = startLoad({ url: server.url, keepAlive: 2, timeoutMs: 150 });
    const before = now();
    const report = await load.stop();
    expect(now() - before).to.be.lessThan(500);
    expect(report.byReason).to.deep.equal({ timeout: 2 });
  });

  it("detects a color flip: marks, stale answers, last answer", async () => {
    let color = "blue";
    server = await serve((_n, _req, res) => answer(res, color));
    const load = startLoad({ url: server.url, keepAlive: 2, newConnection: 1 });
    await sleep(100);
    const before = load.mark("before the flip");
    await sleep(20);
    color = "green";
    const after = load.mark("after the flip");
    await sleep(100);
    const report = await load.stop();
    expect(report.marks).to.deep.equal([before, after]);
    expect(report.staleAfter(before.at, "blue")).to.be.greaterThan(0);
    expect(report.staleAfter(after.at, "blue")).to.equal(0);
    expect(report.lastAnswerOf("blue")).to.be.within(before.at, after.at + 50);
  });
});
