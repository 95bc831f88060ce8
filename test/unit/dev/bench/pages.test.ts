import { expect } from "chai";
import { pagesOf, pageText } from "../../../../dev/bench/pages.ts";

describe("the pages of benchmarks", () => {
  it("are written when all of their benchmarks were requested", () => {
    const files = (...names: string[]) => pagesOf(names).map(({ file }) => file);
    expect(files("switch", "kamal", "engine", "package")).to.deep.equal(["benchmarks.md"]);
    expect(files("digitalocean-deploy", "digitalocean-switch")).to.deep.equal([
      "benchmarks-digitalocean.md",
      "benchmarks-digitalocean-deploy.md",
    ]);
  });

  it("are not written with partial results", () => {
    expect(() => pagesOf(["kamal"])).to.throw(
      "--write: docs/benchmarks.md is written as a whole, but switch, engine, package would be missing. " +
        "Run: npm run bench -- switch kamal engine package --write",
    );
  });

  it("state how they were measured, and link to the others", () => {
    const [page] = pagesOf(["ovh-switch", "targets"]);
    const result = { title: "T", method: ["m"], head: ["", "x"], rows: [], goals: [] };
    const run = { begun: new Date(0), machine: ["Machine: one."], isQuick: true };
    const text = pageText(page!, new Map([["targets", [result]]]), run);
    expect(text).to.match(
      /^# Benchmarks on OVH\n\nMeasured on 1970-01-01 by `npm run bench -- ovh-switch targets --write` with/,
    );
    expect(text).to.match(/\nOther pages: \[Benchmarks\]\(benchmarks\.md\), /);
    expect(text).not.to.include("(benchmarks-ovh.md)");
    expect(text).to.match(/\n\nMachine: one\.\n\n## Goals\n[^]*\n## T\n\nm\n/);
  });
});
