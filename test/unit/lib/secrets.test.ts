import { expect } from "chai";
import { Secrets } from "../../../lib/secrets.ts";
import { shellQuote } from "../../../lib/shell.ts";

describe("secrets of a config", () => {
  const secrets = new Secrets(['it\'s "it"\\', "tok", "tok-long", ""]);

  it("are found through any quotes, in names too", () => {
    const quoted = shellQuote(`curl ${shellQuote('it\'s "it"\\')}`);
    for (const value of [quoted, JSON.stringify({ a: quoted }), { a: [quoted] }, { tok: 1 }]) {
      expect(secrets.isIn(value), JSON.stringify(value)).to.equal(true);
    }
    for (const value of ["it", "", 1, undefined, null, { a: ["to"] }]) {
      expect(secrets.isIn(value)).to.equal(false);
    }
  });

  it("are masked for people, the longest first", () => {
    const event = { text: 'a tok-long, "it\'s \\"it\\"\\\\"', of: ["tok", 1], none: undefined };
    expect(secrets.mask(event)).to.deep.equal({
      text: 'a [secret], "[secret]"',
      of: ["[secret]", 1],
      none: undefined,
    });
  });
});
