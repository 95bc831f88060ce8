import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { readScriptHeader, scriptHeader, shellQuote } from "../../../lib/shell.ts";

const AWKWARD = [
  "",
  "plain",
  "it's",
  "a b",
  "$HOME",
  "`id`",
  "a\nb",
  '"',
  "\\",
  "é",
  "'; rm -rf /",
];

describe("shell text", () => {
  it("is one word for a real shell, whatever it contains", () => {
    for (const text of AWKWARD) {
      const printed = execFileSync("/bin/sh", ["-c", `printf %s ${shellQuote(text)}`]);
      expect(printed.toString()).to.equal(text);
    }
  });

  it("reads the assignments of a script back", () => {
    const values = Object.fromEntries(AWKWARD.map((text, n) => [`V_${"X".repeat(n + 1)}`, text]));
    expect(readScriptHeader(`${scriptHeader(values)}NOT='a header'\n`)).to.deep.equal(values);
  });
});
