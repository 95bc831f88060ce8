import { expect } from "chai";
import { UsageError } from "../../../../lib/userError.ts";
import { parsePattern, parseSince } from "../../../../release/cli/logs.ts";
import { linesOf, parseLogLine } from "../../../../release/hosts/logLines.ts";

async function* chunks(...all: readonly Buffer[]) {
  for (const chunk of all) yield await Promise.resolve(chunk);
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string[]> {
  const lines = [];
  for await (const line of linesOf(stream)) lines.push(line);
  return lines;
}

describe("lines of a log", () => {
  it("are put together from chunks, also within a character", async () => {
    const [first, second] = [Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1)];
    const stream = chunks(Buffer.from("a\nb"), first, second, Buffer.from("\n\nend"));
    expect(await collect(stream)).to.deep.equal(["a", "bé", "", "end"]);
  });

  it("never need more memory than one megabyte", async () => {
    const endless = Array.from({ length: 40 }, () => Buffer.alloc(100_000, "x"));
    expect((await collect(chunks(...endless)))[0]).to.have.length.at.most(2 ** 20 + 100_000);
  });

  it("have times that sort as text", () => {
    const short = parseLogLine("2026-11-28T09:00:00.5Z later");
    const long = parseLogLine("2026-11-28T09:00:00.123456789Z sooner");
    expect(long).to.deep.equal({ at: "2026-11-28T09:00:00.123456789Z", text: "sooner" });
    expect((long?.at ?? "") < (short?.at ?? "")).to.equal(true);
    expect(parseLogLine("2026-11-28T09:00:00Z ")?.text).to.equal("");
    expect(parseLogLine("Error: No such container: x")).to.equal(undefined);
  });
});

describe("the flags of bluegreen logs", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");

  it("take a time that has passed, or a point in time", () => {
    expect(parseSince("10m", now)).to.deep.equal({ docker: "600s", ms: now - 600_000 });
    expect(parseSince("2d", now)?.docker).to.equal("172800s");
    const point = { docker: "2026-11-28T09:00:00.000Z", ms: now - 3 * 3_600_000 };
    expect(parseSince("2026-11-28T09:00:00Z", now)).to.deep.equal(point);
    expect(parseSince(undefined, now)).to.equal(undefined);
  });

  it("refuse what is neither", () => {
    for (const text of ["10", "m", "yesterday", "5 m", ""]) {
      expect(() => parseSince(text, now)).to.throw(UsageError, `got "${text}"`);
    }
    expect(() => parsePattern("(")).to.throw(UsageError, "--grep: must be a regular expression");
  });
});
