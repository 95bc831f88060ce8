import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { BUGS } from "../../faults/bugs.ts";
import { INVARIANTS } from "../../faults/invariants.ts";
import { plantIn } from "../../faults/plant.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

describe("the planted bugs", () => {
  for (const { name, bug, invariant } of BUGS) {
    it(`fit the sources, and break a promise: ${name}`, async () => {
      expect(INVARIANTS).to.include(invariant);
      for (const { file, from } of bug) {
        const text = await readFile(join(ROOT, file), "utf8");
        expect(text.split(from), `${file}: ${from}`).to.have.length(2);
      }
    });
  }

  it("are refused where the text to replace is missing or stands twice", async () => {
    const folder = await mkdtemp(join(tmpdir(), "blue-green-planted-"));
    await writeFile(join(folder, "a.ts"), "one two two");
    const said = (from: string) =>
      plantIn(folder, { file: "a.ts", from, to: "x" }).catch((error: Error) => error.message);
    expect(await said("three")).to.include("has this 0 times, so no bug is planted");
    expect(await said("two")).to.include("has this 2 times, so no bug is planted");
    await plantIn(folder, { file: "a.ts", from: "one", to: "x" });
    expect(await readFile(join(folder, "a.ts"), "utf8")).to.equal("x two two");
    await rm(folder, { recursive: true });
  });
});
