import { expect } from "chai";
import { mergeLines, type Timed } from "../../../../release/hosts/mergeLines.ts";

interface Line extends Timed {
  readonly of: string;
}

async function* source(of: string, ...times: readonly (string | Promise<string>)[]) {
  for (const at of times) yield { at: await at, of };
}

async function all(merged: AsyncGenerator<Line>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { at, of } of merged) seen.push(`${at}${of}`);
  return seen;
}

const never = new Promise<string>(() => undefined);

describe("logs of several hosts", () => {
  it("come in the order of time", async () => {
    const merged = mergeLines([
      source("a", "1", "4", "6"),
      source("b", "2", "3", "5"),
      source("c"),
    ]);
    expect(await all(merged)).to.deep.equal(["1a", "2b", "3b", "4a", "5b", "6a"]);
  });

  it("read one line ahead and no more", async () => {
    let read = 0;
    async function* counting() {
      for (; read < 1000;)
        yield await Promise.resolve({ at: String(read++).padStart(4, "0"), of: "a" });
    }
    const merged = mergeLines<Line>([counting(), source("b", "9999")]);
    for (let taken = 0; taken < 10; taken++) await merged.next();
    expect(read).to.be.at.most(11);
  });

  it("do not wait for a silent host once the window is over", async () => {
    const merged = mergeLines<Line>([source("a", "1", "2"), source("silent", never)], 20);
    expect((await merged.next()).value).to.deep.equal({ at: "1", of: "a" });
    expect((await merged.next()).value).to.deep.equal({ at: "2", of: "a" });
  });

  it("are sorted within the window", async () => {
    const late = new Promise<string>((resolve) => setTimeout(() => resolve("1"), 30));
    const merged = mergeLines([source("a", "2"), source("b", late)], 5000);
    expect(await all(merged)).to.deep.equal(["1b", "2a"]);
  });

  it("go on when one of them breaks", async () => {
    // eslint-disable-next-line require-yield
    async function* broken(): AsyncGenerator<Line> {
      await Promise.reject(new Error("gone"));
    }
    expect(await all(mergeLines([broken(), source("a", "1")]))).to.deep.equal(["1a"]);
  });
});
