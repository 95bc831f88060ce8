import { expect } from "chai";
import {
  type Edge,
  type EdgeRoute,
  setOnAllEdges,
  setOnAnsweringEdges,
} from "../../../../components/edge/setOnAllEdges.ts";
import { formatRoute } from "../../../../lib/route.ts";

const WANTED: EdgeRoute = {
  route: { active: "green", canaryWeight: 0, testers: false },
  generation: "2026-11-21T10:00:00.000Z",
  activeGate: "a",
  canaryGate: "c",
};

/** An edge that keeps its route in memory and fails on request. */
class RememberingEdge implements Edge {
  readonly name: string;
  entry: string;
  /** What its next calls of `set` do: succeed, or fail before or after the route is set. */
  readonly fails: ("no" | "before" | "after")[] = [];
  isSilent = false;
  readonly generations: string[] = [];

  constructor(name: string, entry: string) {
    this.name = name;
    this.entry = entry;
  }

  look(): Promise<string> {
    return this.isSilent ? Promise.reject(new Error("no answer")) : Promise.resolve(this.entry);
  }

  set({ route, generation }: EdgeRoute): Promise<string> {
    const fails = this.fails.shift() ?? "no";
    if (fails !== "before") this.entry = formatRoute(route);
    this.generations.push(generation);
    return fails === "no" ? Promise.resolve("") : Promise.reject(new Error(`failed ${fails}`));
  }
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error.message;
}

describe("a route on several edges", () => {
  let one: RememberingEdge;
  let two: RememberingEdge;
  beforeEach(() => {
    [one, two] = [
      new RememberingEdge("edge-1", "blue:0:off"),
      new RememberingEdge("edge-2", "blue:0:off"),
    ];
  });

  it("is set on all", async () => {
    await setOnAllEdges(WANTED, [one, two]);
    expect([one.entry, two.entry]).to.deep.equal(["green:0:off", "green:0:off"]);
  });

  it("is set on those that answer in an emergency, and names the others", async () => {
    one.fails.push("before");
    const left = await setOnAnsweringEdges(WANTED, [one, two]);
    expect([one.entry, two.entry]).to.deep.equal(["blue:0:off", "green:0:off"]);
    expect(left).to.deep.equal([
      "edge-1: failed before. The other edges follow the new route, and this one does not.",
    ]);
    one.fails.push("before");
    two.fails.push("before");
    expect(await failureOf(setOnAnsweringEdges(WANTED, [one, two]))).to.include("edge-2: failed");
  });

  it("is set on none when one does not answer", async () => {
    two.isSilent = true;
    expect(await failureOf(setOnAllEdges(WANTED, [one, two]))).to.equal(
      "edge-2: no answer\nThe route is unchanged on all edges.",
    );
    expect(one.generations).to.deep.equal([]);
  });

  it("is reverted on the others when one rejects it", async () => {
    two.fails.push("before");
    expect(await failureOf(setOnAllEdges(WANTED, [one, two]))).to.equal(
      "edge-2: failed before\nThe route is unchanged on all edges.",
    );
    expect([one.entry, two.entry]).to.deep.equal(["blue:0:off", "blue:0:off"]);
    expect(one.generations).to.deep.equal([WANTED.generation, WANTED.generation]);
  });

  it("is reverted where it was set and only the answer was lost", async () => {
    two.fails.push("after");
    await failureOf(setOnAllEdges(WANTED, [one, two]));
    expect([one.entry, two.entry]).to.deep.equal(["blue:0:off", "blue:0:off"]);
  });

  it("reports the edges that could not be reverted", async () => {
    two.fails.push("after", "before");
    expect(await failureOf(setOnAllEdges(WANTED, [one, two]))).to.equal(
      "edge-2: failed after\n" +
        "These could not be set back and may have the new route, green:\n" +
        "edge-2: failed before\n" +
        "pulumi up sets the route that the config asks for.",
    );
    expect(one.entry).to.equal("blue:0:off");
  });

  it("stays on a new edge, which had none before", async () => {
    one.entry = "none";
    two.fails.push("before");
    await failureOf(setOnAllEdges(WANTED, [one, two]));
    expect([one.entry, two.entry]).to.deep.equal(["green:0:off", "blue:0:off"]);
  });
});
