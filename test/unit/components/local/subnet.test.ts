import { expect } from "chai";
import { edgeAddress, hostAddress } from "../../../../components/local/localNetwork.ts";

describe("addresses in the stack's network", () => {
  it("are fixed, and differ between colors", () => {
    expect(edgeAddress("172.18.0.0/16")).to.equal("172.18.0.2");
    expect(hostAddress("172.18.0.0/16", "blue", 1)).to.equal("172.18.0.16");
    expect(hostAddress("172.18.0.0/16", "green", 1)).to.equal("172.18.0.17");
    expect(hostAddress("172.18.0.0/16", "blue", 200)).to.equal("172.18.1.158");
  });

  it("stay in the half that Docker does not assign, and fail with a clear error when it is full", () => {
    expect(hostAddress("10.0.0.0/24", "green", 56)).to.equal("10.0.0.127");
    expect(() => hostAddress("10.0.0.0/24", "blue", 57)).to.throw(
      "The stack's network 10.0.0.0/24 has room for 56 hosts per color.",
    );
  });
});
