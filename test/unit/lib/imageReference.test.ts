import { expect } from "chai";
import { pinnedReference, shortImage, withDigest } from "../../../lib/imageReference.ts";

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

describe("an image reference with its digest", () => {
  for (const [reference, expected] of [
    ["app:v1", `app:v1@${DIGEST}`],
    ["app", `app@${DIGEST}`],
    [`app:v1@${ID}`, `app:v1@${ID}`],
    [ID, ID],
  ] as const) {
    it(`always means the same bytes: ${reference}`, () => {
      expect(withDigest(reference, ID, DIGEST)).to.equal(expected);
    });
  }

  it("keeps an image that did not come from a registry", () => {
    expect(withDigest("app:v1", ID, ID)).to.equal("app:v1");
  });

  it("is short for people", () => {
    expect(shortImage(`app:v1@${DIGEST}`)).to.equal(`app:v1@sha256:${"2".repeat(12)}`);
    expect(shortImage("app:v1")).to.equal("app:v1");
  });
});
