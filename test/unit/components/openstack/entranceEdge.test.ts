import { expect } from "chai";
import { entranceEdge } from "../../../../components/openstack/ovhTarget.ts";

const PAIR = ["edge-1", "edge-2"];

describe("the edge that receives users", () => {
  it("is the first one when both answer or none exists yet", () => {
    expect(entranceEdge(PAIR, ["edge-2", "edge-1"])).to.equal("edge-1");
    expect(entranceEdge(PAIR, [])).to.equal("edge-1");
  });

  it("is the other one while the first does not answer", () => {
    expect(entranceEdge(PAIR, ["edge-2"])).to.equal("edge-2");
  });
});
