import { expect } from "chai";
import { pagesOf } from "../../../bench/pages.ts";

describe("the pages of benchmarks", () => {
  it("are those whose benchmarks were all asked for", () => {
    const files = (...names: string[]) => pagesOf(names).map(({ file }) => file);
    expect(files("switch", "kamal", "engine")).to.deep.equal(["benchmarks.md"]);
    expect(files("digitalocean-deploy", "digitalocean-switch")).to.deep.equal([
      "benchmarks-digitalocean.md",
      "benchmarks-digitalocean-deploy.md",
    ]);
  });

  it("are not written with half of what they show", () => {
    expect(() => pagesOf(["kamal"])).to.throw(
      "--write: docs/benchmarks.md is written as a whole, and switch, engine would be missing in " +
        "it. Run: npm run bench -- switch kamal engine --write",
    );
  });
});
