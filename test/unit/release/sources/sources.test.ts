import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { expect } from "chai";
import { readingScript } from "../../../../release/sources/haproxyCounters.ts";
import { openEdgeSource } from "../../../../release/sources/edge.ts";
import { parseRequest } from "../../../../release/sources/haproxyRequests.ts";

const NEVER = new AbortController().signal;

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error.message;
}

/** What one HAProxy process reports. Numbers: 2xx, 4xx, 5xx, other, broken off, closed silently. */
function counters(
  pid: number,
  blue: readonly number[],
  green: readonly number[],
  version = "2.6.12-1+deb12u2",
): string {
  const row = (color: string, [ok, refused, failed, other, broken, silent]: readonly number[]) => {
    const ended = ok! + refused! + failed! + other!;
    const begun = ended + (silent ?? 0) + 4;
    return `be_${color},BACKEND,4,${begun},0,${ok},${refused},${ended},${failed},${other},${broken}\n`;
  };
  return (
    `Name: HAProxy\nVersion: ${version}\nPid: ${pid}\nStart_time_sec: 100\n\n` +
    `# pxname,svname,scur,stot,hrsp_1xx,hrsp_2xx,hrsp_4xx,req_tot,hrsp_5xx,hrsp_other,srv_abrt\n` +
    `${row("blue", blue)}${row("green", green)}no_route,BACKEND,0,0,0,0,0,0,0,0,0\n\n`
  );
}

describe("the source edge", () => {
  const edge = (name: string, answers: (string | Error)[]) => ({
    name,
    run: () => {
      const answer = answers.shift() ?? new Error("asked too often");
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });

  it("adds up the counts of several edges between two readings", async () => {
    const source = await openEdgeSource([
      edge("edge-1", [
        counters(7, [10, 0, 1, 5, 0], [0, 0, 0, 0, 0]),
        counters(7, [20, 2, 1, 9, 0], [3, 0, 2, 0, 1]),
      ]),
      edge("edge-2", [
        counters(7, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
        counters(7, [5, 0, 0, 0, 0], [1, 0, 0, 0, 0]),
      ]),
    ]);
    const { from, to, colors } = await source.measure(NEVER);
    expect(to).to.be.at.least(from);
    expect(colors).to.deep.equal({
      blue: { requests: 17, failures: 0 },
      green: { requests: 6, failures: 3 },
    });
  });

  it("counts a connection that was closed without an answer as a failure", async () => {
    const source = await openEdgeSource([
      edge("edge", [
        counters(7, [10, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0]),
        counters(7, [12, 0, 0, 0, 0, 4], [0, 0, 0, 0, 0]),
        counters(7, [12, 0, 0, 0, 0, 3], [0, 0, 0, 0, 0]),
      ]),
    ]);
    expect((await source.measure(NEVER)).colors.blue).to.deep.equal({ requests: 5, failures: 3 });
    expect((await source.measure(NEVER)).colors.blue).to.deep.equal({ requests: 0, failures: 0 });
  });

  it("counts it once on HAProxy 3.0, which has it among the aborts as well", async () => {
    const source = await openEdgeSource([
      edge("edge", [
        counters(7, [10, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0], "3.0.11-1+deb13u3"),
        counters(7, [12, 0, 0, 0, 4, 4], [0, 0, 0, 0, 0], "3.0.11-1+deb13u3"),
      ]),
    ]);
    expect((await source.measure(NEVER)).colors.blue).to.deep.equal({ requests: 5, failures: 4 });
  });

  it("takes the counters of a new process without subtracting", async () => {
    const source = await openEdgeSource([
      edge("edge", [
        counters(7, [100, 0, 3, 0, 0], [0, 0, 0, 0, 0]),
        counters(8, [4, 0, 1, 0, 0], [2, 0, 0, 0, 0]),
        counters(8, [6, 0, 1, 0, 0], [2, 0, 0, 0, 0]),
      ]),
    ]);
    expect((await source.measure(NEVER)).colors.blue).to.deep.equal({ requests: 5, failures: 1 });
    expect((await source.measure(NEVER)).colors.blue).to.deep.equal({ requests: 2, failures: 0 });
  });

  it("names the edge that does not answer, and includes its counts in the next measurement", async () => {
    const source = await openEdgeSource([
      edge(
        "edge-1",
        [1, 2, 3].map((n) => counters(7, [10 * n, 0, 0, 0, 0], [0, 0, 0, 0, 0])),
      ),
      edge("edge-2", [
        counters(7, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
        new Error("connection refused"),
        counters(7, [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]),
      ]),
    ]);
    expect(await failureOf(source.measure(NEVER))).to.equal(
      "The counters of edge-2 can't be read: connection refused",
    );
    expect((await source.measure(NEVER)).colors.blue.requests).to.equal(21);
  });

  it("does not read an incomplete answer as zero requests", async () => {
    const whole = counters(7, [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]);
    const cut = whole.slice(0, whole.indexOf("be_green"));
    const told = (answer: string) => failureOf(openEdgeSource([edge("edge", [answer])]));
    expect(await told(cut)).to.match(/HAProxy has no backend for green/);
    expect(await told("")).to.equal(
      "The counters of edge can't be read: HAProxy gave no counters: no answer",
    );
    expect(await told(whole.replace("hrsp_5xx", "x"))).to.match(
      /HAProxy's hrsp_5xx of blue must be a number, got ""/,
    );
  });

  it("stops on the signal", async () => {
    const answers = [counters(7, [1, 0, 0, 0, 0], [0, 0, 0, 0, 0])];
    const run = () =>
      answers.length > 0 ? Promise.resolve(answers.shift()!) : new Promise<string>(() => {});
    const source = await openEdgeSource([{ name: "edge", run }]);
    expect(await failureOf(source.measure(AbortSignal.timeout(20)))).to.match(
      /^The counters of edge .*timeout/,
    );
  });

  it("does not ask an edge after the signal", async () => {
    const answers = [counters(7, [1, 0, 0, 0, 0], [0, 0, 0, 0, 0])];
    const only = edge("edge", answers);
    const source = await openEdgeSource([only]);
    answers.push("never asked for");
    expect(await failureOf(source.measure(AbortSignal.abort()))).to.match(/aborted/);
    expect(answers).to.have.lengthOf(1);
  });
});

/** A line of the edge's ring. */
function line(
  number: number,
  { color = "blue", status = 200, ending = "--", route = "blue 250", draw = number, note = "-" },
): string {
  const time = status === 200 ? 12 : -1;
  return `10.0.0.9 ${status} ${note} #${number} be_${color} ${status} ${ending} ${route} ${draw} 0 1 ${time}`;
}

/** An entry of the edge's table of unanswered requests. */
function entry(draw: number, startedAt: number, isOpen: boolean, color = "green"): string {
  return `0x55c: key=${color}:blue:250:${draw}:${startedAt} use=0 exp=8378 gpc0=0 conn_cur=${isOpen ? 1 : 0}`;
}

describe("the list of requests of an edge", () => {
  const NOW = 1_795_841_447_000;

  function reading(lines: readonly string[], entries: readonly string[] = []): string {
    return (
      `Now: ${NOW}\n${counters(7, [100, 0, 0, 0, 0], [100, 0, 0, 0, 0])}` +
      `# table: open_requests, type: string, size:102400, used:11\n${entries.join("\n")}\n\n` +
      `${lines.join("\n")}\n`
    );
  }

  async function measured(...readings: readonly string[]) {
    const answers = [...readings];
    const scripts: string[] = [];
    const run = (script: string) => {
      scripts.push(script);
      return Promise.resolve(answers.shift()!);
    };
    const source = await openEdgeSource([{ name: "edge", run }]);
    const measurements = [];
    while (answers.length > 0) measurements.push(await source.measure(NEVER));
    return { measurements, scripts };
  }

  it("gives what was no plain success, with the draw and the color's share", async () => {
    const { measurements } = await measured(
      reading([line(1, { status: 500 })]),
      reading([
        line(2, { status: 500, color: "green", draw: 77 }),
        line(3, { status: 404 }),
        line(4, { status: 302 }),
        line(5, { status: 304 }),
        line(6, { status: 200, ending: "SD" }),
        line(7, { status: 400, ending: "CH" }),
        line(8, { status: 500, route: "green 5", color: "blue" }),
      ]),
    );
    expect(measurements[0]!.answers).to.deep.equal([
      { kind: "failure", color: "green", draw: 77, share: 0.25 },
      { kind: "clientError", color: "blue", draw: 3, share: 0.75 },
      { kind: "redirect", color: "blue", draw: 4, share: 0.75 },
      { kind: "failure", color: "blue", draw: 6, share: 0.75 },
      { kind: "failure", color: "blue", draw: 8, share: 0.005 },
    ]);
  });

  it("gives the times of successes, and asks only for newer lines", async () => {
    const { measurements, scripts } = await measured(
      reading([line(1, {})]),
      reading([line(2, { draw: 22 }), line(3, { color: "green", draw: 33 })]),
    );
    expect(measurements[0]!.colors.blue).to.deep.include({ latencies: [0.013], draws: [22] });
    expect(measurements[0]!.colors.green).to.deep.include({ latencies: [0.013], draws: [33] });
    expect(scripts[0]).to.include("last=''");
    expect(scripts[1]).to.include(`last='${line(1, {})}'`);
  });

  it("are selected in the container by awk", async () => {
    const folder = await mkdtemp(join(tmpdir(), "socat-"));
    const lines = [1, 2, 3].map((number) => line(number, {}));
    await writeFile(join(folder, "socat"), `#!/bin/sh\ncat <<'E'\n${reading(lines)}E\n`, {
      mode: 0o755,
    });
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const told = async (last?: string) =>
      (await promisify(execFile)("sh", ["-c", readingScript(last)], { env })).stdout.trimEnd();
    expect((await told()).split("\n").slice(-3)).to.deep.equal(lines);
    expect((await told(lines[1])).split("\n").at(-1)).to.equal(lines[2]);
    expect(await told(lines[1])).to.not.include(lines[0]);
    expect(await told(lines[2]))
      .to.match(/^Now: \d{13}\n/)
      .and.not.include(lines[2]);
    await rm(folder, { recursive: true });
  });

  it("leaves out drawn users whom the other color served, and what belongs to no color", () => {
    expect(parseRequest(line(1, { note: "canary green has no healthy host" }))).to.equal(undefined);
    expect(parseRequest(line(1, {}).replace("be_blue", "no_route"))).to.equal(undefined);
  });

  it("tells requests that wait from those that ended without an answer", async () => {
    const open = entry(1, NOW - 12_500, true);
    const silent = entry(2, NOW - 3000, false);
    const refused = entry(3, NOW - 3000, false);
    const { measurements } = await measured(
      reading([]),
      reading(
        [line(3, { status: 503, color: "green", ending: "SC" })],
        [open, silent, refused, entry(4, NOW - 200, true)],
      ),
      reading([], [open, silent, refused]),
    );
    expect(measurements[0]!.open).to.deep.equal([
      { color: "green", draw: 1, share: 0.25, seconds: 12.5 },
    ]);
    expect(measurements[0]!.answers).to.deep.equal([
      { kind: "failure", color: "green", draw: 2, share: 0.25 },
      { kind: "failure", color: "green", draw: 3, share: 0.25 },
    ]);
    expect(measurements[1]!.answers).to.deep.equal([]);
  });

  it("is absent with an edge of an earlier version", async () => {
    const old = counters(7, [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]);
    const { measurements } = await measured(old, old);
    expect(measurements[0]).to.not.have.any.keys("answers", "open");
    expect(measurements[0]!.colors.blue).to.not.have.property("latencies");
  });

  it("keeps what an edge said while another one did not answer", async () => {
    const first = [reading([]), reading([line(2, { status: 500 })]), reading([])];
    const second: (string | Error)[] = [reading([]), new Error("gone"), reading([])];
    const run = (answers: (string | Error)[]) => () => {
      const answer = answers.shift()!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const source = await openEdgeSource([
      { name: "edge-1", run: run(first) },
      { name: "edge-2", run: run(second) },
    ]);
    await failureOf(source.measure(NEVER));
    expect((await source.measure(NEVER)).answers).to.have.length(1);
  });

  it("knows what the colors had answered before", async () => {
    const answers = [counters(7, [100, 0, 3, 0, 0], [5, 0, 0, 0, 0])];
    const run = () => Promise.resolve(answers.shift()!);
    const source = await openEdgeSource([{ name: "edge", run }]);
    expect(source.record!.blue).to.deep.equal({ requests: 103, failures: 3 });
  });
});
