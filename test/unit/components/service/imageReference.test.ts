import { expect } from "chai";
import { pinnedReference } from "../../../../components/service/colorImage.ts";

const ID = `sha256:${"1".repeat(64)}`;
const DIGEST = `sha256:${"2".repeat(64)}`;

describe("a pinned image reference", () => {
  for (const [reference, expected] of [
    ["app:v1", `app@${DIGEST}`],
    ["app", `app@${DIGEST}`],
    ["registry.example.com:5000/team/app:v1", `registry.example.com:5000/team/app@${DIGEST}`],
    ["registry.example.com:5000/team/app", `registry.example.com:5000/team/app@${DIGEST}`],
    [`app:v1@${DIGEST}`, `app@${DIGEST}`],
    [`app@${DIGEST}`, `app@${DIGEST}`],
  ] as const) {
    it(`has the digest in place of the tag: ${reference}`, () => {
      expect(pinnedReference(reference, ID, DIGEST)).to.equal(expected);
    });
  }

  it("keeps an image that did not come from a registry", () => {
    expect(pinnedReference("app:v1", ID, ID)).to.equal("app:v1");
    expect(pinnedReference(ID, ID, DIGEST)).to.equal(ID);
  });
});
