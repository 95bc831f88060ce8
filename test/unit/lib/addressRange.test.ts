import { expect } from "chai";
import { isWithin, parseRange, sizeOf } from "../../../lib/addressRange.ts";

describe("an address range", () => {
  const range = (text: string) => {
    const found = parseRange(text);
    if (!found) throw new Error(`${text} is no range`);
    return found;
  };

  it("is its first address and a length", () => {
    expect(parseRange("10.20.0.0/30")).to.deep.equal({ first: 169082880, last: 169082883 });
    expect(sizeOf(range("0.0.0.0/0"))).to.equal(2 ** 32);
    for (const text of [
      "10.20.0.1/16",
      "10.20.0.0/33",
      "10.256.0.0/16",
      "10.20.0/16",
      "::/0",
      "",
    ]) {
      expect(parseRange(text), text).to.equal(undefined);
    }
  });

  it("is within another when all of its addresses are", () => {
    const outer = range("172.16.0.0/12");
    expect(isWithin(range("172.31.255.0/24"), outer)).to.equal(true);
    expect(isWithin(range("172.32.0.0/24"), outer)).to.equal(false);
    expect(isWithin(range("172.0.0.0/8"), outer)).to.equal(false);
  });
});
