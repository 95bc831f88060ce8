import { expect } from "chai";
import { openEdgeSource } from "../../../../release/sources/edge.ts";
import { withTimesOf } from "../../../../release/sources/timed.ts";
import type { ColorSample, Source } from "../../../../release/judge/types.ts";

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
});

describe("counts with a probe's durations", () => {
  const source = (
    name: "edge" | "probe",
    samples: (readonly [ColorSample, ColorSample])[],
  ): Source => ({
    name,
    measure: () => {
      const [blue, green] = samples.shift()!;
      return Promise.resolve({ from: 0, to: 1000, colors: { blue, green } });
    },
    close: () => Promise.resolve(),
  });

  it("exclude the probe's own requests", async () => {
    const timed = withTimesOf(
      source("edge", [
        [
          { requests: 100, failures: 1 },
          { requests: 20, failures: 6 },
        ],
      ]),
      source("probe", [
        [
          { requests: 10, failures: 0, latencies: [0.1] },
          { requests: 10, failures: 2, latencies: [0.2] },
        ],
      ]),
    );
    expect(timed.name).to.equal("edge");
    expect((await timed.measure(NEVER)).colors).to.deep.equal({
      blue: { requests: 90, failures: 1, latencies: [0.1] },
      green: { requests: 10, failures: 4, latencies: [0.2] },
    });
  });

  it("are kept without durations", async () => {
    const counting = source("edge", [
      [
        { requests: 3, failures: 1 },
        { requests: 1, failures: 0 },
      ],
    ]);
    const timing = { ...source("probe", []), measure: () => Promise.reject(new Error("no color")) };
    expect((await withTimesOf(counting, timing).measure(NEVER)).colors).to.deep.equal({
      blue: { requests: 3, failures: 1 },
      green: { requests: 1, failures: 0 },
    });
  });

  it("exclude the probe's late requests in the next measurement, and not after it", async () => {
    const nothing = { requests: 0, failures: 0 };
    const timed = withTimesOf(
      source("edge", [
        [{ requests: 3, failures: 0 }, nothing],
        [{ requests: 9, failures: 0 }, nothing],
        [{ requests: 9, failures: 2 }, nothing],
      ]),
      source("probe", [
        [{ requests: 5, failures: 1, latencies: [] }, nothing],
        [{ requests: 5, failures: 0, latencies: [] }, nothing],
        [{ requests: 0, failures: 0, latencies: [] }, nothing],
      ]),
    );
    const results = [
      await timed.measure(NEVER),
      await timed.measure(NEVER),
      await timed.measure(NEVER),
    ];
    expect(results.map(({ colors }) => colors.blue.requests)).to.deep.equal([0, 3, 9]);
    expect(results[2]!.colors.blue.failures).to.equal(2);
  });
});
