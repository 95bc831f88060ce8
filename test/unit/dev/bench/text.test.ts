import { expect } from "chai";
import {
  count,
  megabytes,
  ms,
  percent,
  seconds,
  tenths,
  times,
} from "../../../../dev/bench/format.ts";
import { parseStat } from "../../../../dev/bench/processes.ts";
import {
  atLeast,
  atMost,
  goalCells,
  none,
  ratioAtLeast,
  ratioAtMost,
} from "../../../../dev/bench/result.ts";
import { goalsText, resultText, table } from "../../../../dev/bench/table.ts";
import { parseWrk } from "../../../../dev/bench/wrk.ts";

describe("bench table", () => {
  it("aligns names to the left and figures to the right, and fills short rows", () => {
    const text = table(["", "edge"], [["failed", "0"], ["a longer name"]]);
    expect(text.split("\n")).to.deep.equal([
      "|               | edge |",
      "| ------------- | ---: |",
      "| failed        |    0 |",
      "| a longer name |      |",
    ]);
  });

  it("writes title, method and table of a benchmark, in this order", () => {
    const result = { title: "T", method: ["m1", "m2"], head: ["", "x"], rows: [], goals: [] };
    expect(resultText(result)).to.match(/^## T\n\nm1\n\nm2\n\n\|/);
  });
});

describe("bench goals", () => {
  it("are met or missed", () => {
    expect(goalCells(none("a", 0))).to.deep.equal(["0", "0", "met"]);
    expect(goalCells(none("a", 1))).to.deep.equal(["1", "0", "missed"]);
    expect(goalCells(atLeast("a", 999, 1000))[2]).to.equal("missed");
    expect(goalCells(ratioAtMost("a", 1.2, 1.2))).to.deep.equal(["1.20x", "at most 1.20x", "met"]);
    expect(goalCells(atMost("a", 251, 250))).to.deep.equal(["251", "at most 250", "missed"]);
    expect(goalCells(atMost("a", 0.46, 10, tenths))).to.deep.equal(["0.5", "at most 10.0", "met"]);
    expect(goalCells(ratioAtLeast("a", 1.99, 2))[2]).to.equal("missed");
  });

  it("are missed when nothing was measured", () => {
    for (const goal of [none("a", NaN), ratioAtMost("b", NaN, 1), ratioAtLeast("c", NaN, 1)]) {
      expect(goalCells(goal)[2]).to.equal("missed");
    }
  });

  it("are listed with their targets", () => {
    expect(goalsText([none("lost", 3)])).to.match(/\| lost +\| +3 \| +0 \| missed \|/);
  });
});

describe("bench figures", () => {
  it("have a unit and a sensible number of digits", () => {
    expect(count(1234567.4)).to.equal("1,234,567");
    expect([ms(1.234), ms(1234.5)]).to.deep.equal(["1.2 ms", "1,235 ms"]);
    expect([tenths(0.46), tenths(NaN)]).to.deep.equal(["0.5", "-"]);
    expect(seconds(2345)).to.equal("2.35 s");
    expect(percent(0.0062)).to.equal("0.6 %");
    expect(megabytes(512 * 2 ** 20)).to.equal("512 MiB");
    expect(times(1.005 + 1)).to.match(/^2\.0[01]x$/);
  });

  it("are a dash when there are none", () => {
    expect([count, ms, seconds, megabytes, percent, times].map((text) => text(NaN))).to.deep.equal(
      Array.from({ length: 6 }, () => "-"),
    );
  });
});

describe("bench parsers", () => {
  it("parse wrk's output", () => {
    const text = `Running 2s test @ http://172.18.0.2:8080/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.20ms    2.00ms  30.00ms   95.00%
  Latency Distribution
     50%  650.00us
     99%    9.50ms
  52934 requests in 2.00s, 8.00MB read
  Socket errors: connect 0, read 2, write 1, timeout 4
  Non-2xx or 3xx responses: 5
Requests/sec:  26467.11
Transfer/sec:      4.00MB
`;
    expect(parseWrk(text)).to.deep.equal({ perSecond: 26467.11, p99: 9.5, errors: 12 });
    expect(parseWrk("     99%  870.00us\n").p99).to.be.closeTo(0.87, 1e-9);
  });

  it("parse a process whose name contains brackets and spaces", () => {
    const rest = Array.from({ length: 48 }, (_, place) => String(place + 5)).join(" ");
    const line = `4711 (a) b (c) S 42 ${rest}`;
    expect(parseStat(line)).to.deep.equal({ id: 4711, parent: 42, residentPages: 24 });
  });
});
