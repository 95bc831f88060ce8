import { expect } from "chai";
import { Secrets } from "../../../lib/secrets.ts";
import { shellQuote } from "../../../lib/shell.ts";

describe("secrets of a config", () => {
  const secrets = new Secrets(['it\'s "it"\\', "token", "token-long", ""]);

  it("are found through any quotes, in names too", () => {
    const quoted = shellQuote(`curl ${shellQuote('it\'s "it"\\')}`);
    for (const value of [quoted, JSON.stringify({ a: quoted }), { a: [quoted] }, { token: 1 }]) {
      expect(secrets.isIn(value), JSON.stringify(value)).to.equal(true);
    }
    for (const value of ["it", "", 1, undefined, null, { a: ["tokens"] }]) {
      expect(secrets.isIn(value)).to.equal(false);
    }
  });

  it("are masked for people, the longest first, unless they are as short as ordinary words", () => {
    const event = { text: 'a token-long, "it\'s \\"it\\"\\\\"', of: ["token", 1], none: undefined };
    expect(secrets.mask(event)).to.deep.equal({
      text: 'a [secret], "[secret]"',
      of: ["token", 1],
      none: undefined,
    });
  });
});
