import { expect } from "chai";
import { entranceProblems, type SeenEntrance } from "../../../../components/cloud/entrance.ts";
import type { Settings } from "../../../../settings/types.ts";

const NOTHING: SeenEntrance = { hasRoute: false, edges: 0, hasBalancer: false };
const MANAGED: SeenEntrance = { hasRoute: true, edges: 0, hasBalancer: true, region: "fra1" };
const PAIR: SeenEntrance = { hasRoute: true, edges: 2, hasBalancer: true, region: "fra1" };
const LONE: SeenEntrance = { hasRoute: true, edges: 1, hasBalancer: false, region: "fra1" };

function problems(
  balancer: Settings["balancer"],
  hosts: number,
  seen: SeenEntrance,
  region = "fra1",
) {
  const edge = { port: 80, previewPort: 8081, colorHeader: "", hosts };
  return entranceProblems({ target: "digitalocean", balancer, edge }, region, seen);
}

describe("the public address of a stack", () => {
  it("may be of any kind at first, and stay as it is", () => {
    expect(problems("managed", 2, NOTHING)).to.deep.equal([]);
    expect(problems("edge", 1, NOTHING)).to.deep.equal([]);
    expect(problems("managed", 2, MANAGED)).to.deep.equal([]);
    expect(problems("edge", 2, PAIR)).to.deep.equal([]);
    expect(problems("edge", 1, LONE)).to.deep.equal([]);
  });

  it("does not change to another kind of balancer", () => {
    expect(problems("edge", 2, MANAGED)).to.deep.equal([
      'balancer: must stay managed, got "edge": users would have to find a new address. Make a second stack, or destroy this one first.',
    ]);
    expect(problems("managed", 2, LONE)[0]).to.match(/^balancer: must stay edge, got "managed"/);
  });

  it("does not change to another number of edges", () => {
    expect(problems("edge", 1, PAIR)[0]).to.match(/^edge.hosts: must stay 2, got 1/);
    expect(problems("edge", 2, LONE)[0]).to.match(/^edge.hosts: must stay 1, got 2/);
  });

  it("may still change after a first up that did not complete", () => {
    expect(problems("edge", 2, { ...LONE, hasRoute: false })).to.deep.equal([]);
  });

  it("does not move to another region", () => {
    expect(problems("managed", 2, MANAGED, "ams3")[0]).to.match(
      /^digitalocean.region: must stay fra1, got "ams3"/,
    );
    expect(problems("edge", 1, LONE, "ams3")[0]).to.match(/^digitalocean.region: must stay fra1/);
  });
});
