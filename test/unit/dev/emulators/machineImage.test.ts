import { expect } from "chai";
import { debianOf } from "../../../../dev/emulators/machine/image.ts";

describe("the Debian of an emulated machine", () => {
  it("matches the cloud's image", () => {
    expect(["debian-12-x64", "Debian 12"].map(debianOf)).to.deep.equal(["12", "12"]);
    expect(["debian-13-x64", "Debian 13"].map(debianOf)).to.deep.equal(["13", "13"]);
  });

  it("is the latest for another distribution", () => {
    expect(["ubuntu-24-04-x64", "Rocky 9", ""].map(debianOf)).to.deep.equal(["13", "13", "13"]);
  });
});
