import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { openPrometheusSource } from "../../../../release/sources/prometheus.ts";
import type { ColorSample } from "../../../../release/judge/types.ts";
import { Probe } from "../../../../release/sources/probe.ts";

const NEVER = new AbortController().signal;

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error.message;
}

describe("sources over HTTP", () => {
  let server: Server;
  let url: string;
  let answer: (address: URL, headers: Readonly<Record<string, unknown>>) => Reply;

  interface Reply {
    readonly status?: number;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly afterMs?: number;
  }

  beforeEach(async () => {
    server = createServer((request, response) => {
      const reply = answer(new URL(request.url ?? "", "http://server"), request.headers);
      setTimeout(() => {
        response.writeHead(reply.status ?? 200, { ...reply.headers });
        response.end(reply.body === undefined ? "" : JSON.stringify(reply.body));
      }, reply.afterMs ?? 0);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  describe("the source prometheus", () => {
    const vector = (...values: readonly (readonly [Record<string, string>, number])[]) => ({
      status: "success",
      data: {
        resultType: "vector",
        result: values.map(([metric, value]) => ({ metric, value: [0, String(value)] })),
      },
    });
    const options = () => ({ url, requests: "all_{{color}}", errors: "bad_{{color}}" });

    it("queries each color and returns the difference", async () => {
      const totals: Record<string, number> = { all_blue: 100, bad_blue: 1, all_green: 10 };
      answer = ({ searchParams }) => {
        const total = totals[searchParams.get("query") ?? ""];
        return { body: total === undefined ? vector() : vector([{}, total]) };
      };
      const source = await openPrometheusSource(options());
      Object.assign(totals, { all_blue: 160, bad_blue: 3, all_green: 30, bad_green: 4 });
      expect((await source.measure(NEVER)).colors).to.deep.equal({
        blue: { requests: 60, failures: 2 },
        green: { requests: 20, failures: 4 },
      });
      // A recreated container counts from zero.
      Object.assign(totals, { all_green: 5, bad_green: 0 });
      expect((await source.measure(NEVER)).colors.green).to.deep.equal({
        requests: 0,
        failures: 0,
      });
    });

    it("reads durations from the buckets of a histogram", async () => {
      let round = 0;
      answer = ({ searchParams }) => {
        if (!searchParams.get("query")?.startsWith("bucket")) return { body: vector([{}, 9]) };
        const counts = round === 0 ? [1, 1, 1] : [3, 4, 5];
        return {
          body: vector(
            [{ le: "0.1" }, counts[0]!],
            [{ le: "+Inf" }, counts[2]!],
            [{ le: "0.5" }, counts[1]!],
          ),
        };
      };
      const source = await openPrometheusSource({ ...options(), latency: "bucket_{{color}}" });
      round = 1;
      const { colors } = await source.measure(NEVER);
      expect(colors.green.latencies).to.deep.equal([0.1, 0.1, 0.5, 1]);
    });

    it("names the query that fails, and why", async () => {
      answer = () => ({
        status: 400,
        body: { status: "error", error: "parse error: unexpected end" },
      });
      expect(await failureOf(openPrometheusSource(options()))).to.equal(
        `Prometheus at ${url}, query all_blue: parse error: unexpected end`,
      );
    });

    it("says how to fix a query that returns no number, or several", async () => {
      answer = () => ({ body: vector() });
      expect(await failureOf(openPrometheusSource(options()))).to.match(
        /^release\.prometheus\.requests gave no value for blue\. .* or vector\(0\)$/,
      );
      answer = () => ({ body: vector([{ code: "200" }, 1], [{ code: "500" }, 2]) });
      expect(await failureOf(openPrometheusSource(options()))).to.match(
        /must give one number for blue, got 2 series.* Put sum\(…\) around it\.$/,
      );
    });

    it("reports a server that does not answer", async () => {
      server.close();
      expect(await failureOf(openPrometheusSource(options()))).to.match(
        /query all_blue: fetch failed \(.*ECONNREFUSED/,
      );
    });
  });

  describe("the probe", () => {
    let probe: Probe;
    afterEach(() => probe.close());

    const open = (ratePerSecond = 200) => {
      probe = new Probe({
        targets: [
          { url: `${url}/users`, isPublic: true, expected: () => "blue" },
          {
            url: `${url}/testers`,
            headers: { "x-canary": "true" },
            isPublic: false,
            expected: () => "green",
          },
        ],
        ratePerSecond,
        colorHeader: "X-Color",
      });
    };
    const byPath = ({ pathname }: URL): Reply => ({
      headers: { "x-color": pathname === "/users" ? "blue" : "green" },
    });

    /**
     * Measures until this many requests have ended, and adds them up; skips failed measurements.
     */
    async function measured(least: number) {
      const all = { blue: [] as ColorSample[], green: [] as ColorSample[] };
      const requests = (samples: ColorSample[]) =>
        samples.reduce((sum, sample) => sum + sample.requests, 0);
      for (let round = 0; round < 200; round++) {
        const colors = await probe.measure().then(
          (measured) => measured.colors,
          () => undefined,
        );
        if (colors) [all.blue.push(colors.blue), all.green.push(colors.green)];
        if (requests(all.blue) + requests(all.green) >= least) break;
        await sleep(50);
      }
      const sumOf = (samples: ColorSample[]) => ({
        requests: requests(samples),
        failures: samples.reduce((sum, { failures }) => sum + failures, 0),
        latencies: samples.flatMap(({ latencies = [] }) => latencies),
      });
      return { blue: sumOf(all.blue), green: sumOf(all.green) };
    }

    it("sends requests to both colors, on reused and new connections, and measures their duration", async () => {
      const seen = { connections: 0, marked: 0 };
      server.on("connection", () => (seen.connections += 1));
      answer = (address, headers) => {
        if (headers["x-canary"] === "true") seen.marked += 1;
        return { ...byPath(address), afterMs: address.pathname === "/testers" ? 20 : 0 };
      };
      open(100);
      const begun = Date.now();
      const { blue, green } = await measured(40);
      const all = blue.requests + green.requests;
      // 100 a second, and the first request of each of the four workers.
      expect(all).to.be.at.most((Date.now() - begun) / 10 + 8);
      expect(green.requests).to.be.within(all * 0.25, all * 0.75);
      expect(green.latencies.every((time) => time >= 0.019)).to.equal(true);
      expect(blue.failures + green.failures).to.equal(0);
      expect(seen.marked).to.be.at.least(green.requests);
      // Two connections are reused; each of the others serves one request.
      expect(seen.connections).to.be.within(all * 0.25, all * 0.75 + 6);
    });

    it("counts a failure for the color that the answer names, or else for the expected one", async () => {
      answer = ({ pathname }) =>
        pathname === "/users" ? { status: 500, headers: { "x-color": "green" } } : { status: 503 };
      open();
      const { blue, green } = await measured(10);
      expect(blue.requests).to.equal(0);
      expect(green.failures).to.equal(green.requests);
      expect(green.latencies).to.deep.equal([]);
    });

    it("reports an answer that names no color, and keeps all other answers", async () => {
      let isDown = true;
      let users = 0;
      answer = ({ pathname }) => {
        if (pathname === "/users") users++;
        return pathname === "/testers" && isDown
          ? { status: 503 }
          : { headers: { "x-color": "blue" } };
      };
      const targets = [
        { url: `${url}/users`, isPublic: true, expected: () => undefined },
        { url: `${url}/testers`, isPublic: false, expected: () => undefined },
      ];
      probe = new Probe({ targets, ratePerSecond: 100, colorHeader: "X-Color" });
      await sleep(500);
      // One on each kind of connection may still be in flight.
      const wereAnswered = users - 2;
      const problem = await probe.measure().catch((error: Error) => error.message);
      expect(problem).to.equal(
        `${url}/testers named no color in the header X-Color (edge.colorHeader): status 503`,
      );
      isDown = false;
      // One that was sent before may still be in flight.
      await sleep(100);
      const first = await probe.measure().catch(() => undefined);
      const second = await probe.measure();
      const answered = (first?.colors.blue.requests ?? 0) + second.colors.blue.requests;
      expect(answered).to.be.at.least(Math.max(1, wereAnswered));
    });

    it("reports the longest gap for users", async () => {
      let isDown = false;
      answer = (address) => ({ ...byPath(address), status: isDown ? 503 : 200 });
      open();
      await measured(10);
      const stretch = probe.beginStretch();
      const begun = Date.now();
      isDown = true;
      await sleep(300);
      isDown = false;
      await probe.measure();
      await measured(10);
      const { requests, failures, longestGapMs } = stretch.end();
      // Answers that were in flight at the start may have arrived some time later.
      expect(longestGapMs).to.be.within(150, Date.now() - begun + 20);
      expect(failures).to.be.above(0).and.below(requests);
    });

    it("refuses to measure after it has been stopped", async () => {
      answer = byPath;
      open();
      await probe.close();
      expect(await failureOf(probe.measure())).to.match(/closed/);
    });
  });
});
