import { expect } from "chai";
import { edgesOn } from "../../../../components/edge/edgeOnHost.ts";
import { THIS_MACHINE as machine } from "../../../../components/machine/exec.ts";

describe("the edges among a stack's hosts", () => {
  it("are those without a color, and not that of the services", () => {
    const hosts = [
      { name: "blue-1", color: "blue" as const, machine },
      ...["edge-1", "edge-2", "services"].map((name) => ({ name, machine })),
    ];
    expect(edgesOn(hosts, "edge").map(({ name }) => name)).to.deep.equal(["edge-1", "edge-2"]);
  });
});
