import { expect } from "chai";
import { type ImageRow, oldImages, usedImages } from "../../../../release/plan/oldImages.ts";
import type { Journal } from "../../../../release/store/journal.ts";

const id = (of: number) => `sha256:${String(of).repeat(64)}`;

/** Release number n gave version n to green or blue, in turn. */
const release = (n: number, more: object = {}): Journal => {
  const [from, to] = n % 2 === 0 ? ["green", "blue"] : ["blue", "green"];
  const digests = { [to]: id(n), [from]: id(n - 1) };
  const images = { image: `shop:v${n}@${id(n)}`, liveImage: `shop:v${n - 1}` };
  return {
    plan: { kind: "release", from, to, digests, ...images, ...more },
    digests,
  } as unknown as Journal;
};

const row = (n: number, more: Partial<ImageRow> = {}): ImageRow => ({
  ...{ id: id(n), repository: "shop", tag: `v${n}`, digest: id(n) },
  ...more,
});

const HISTORY = [1, 2, 3, 4, 5].map((n) => release(n));
const USED = usedImages(HISTORY);
const ROWS = [0, 1, 2, 3, 4, 5].map((n) => row(n));
const CURRENT = [id(5), id(4)];

const removed = (
  rows: readonly ImageRow[],
  keep = 3,
  inUse: readonly string[] = [],
  current = CURRENT,
) =>
  oldImages({ rows, inUse: new Set(inUse) }, USED, keep, current).flatMap(
    ({ references }) => references,
  );

describe("the images that a release removes", () => {
  it("are those before the last ones that releases used", () => {
    expect(USED.map(({ digest }) => digest)).to.deep.equal([5, 4, 3, 2, 1, 0].map(id));
    expect(removed(ROWS)).to.deep.equal(["shop:v2", "shop:v1", "shop:v0"]);
    expect(removed(ROWS, 5)).to.deep.equal(["shop:v0"]);
  });

  it("are never what a color has or is configured with, however few are kept", () => {
    expect(removed(ROWS, 1)).to.not.include("shop:v5").and.not.include("shop:v4");
    expect(removed(ROWS, 1, [], ["shop:v1", `shop@${id(0)}`])).to.deep.equal([
      ...["shop:v4", "shop:v3", "shop:v2"],
    ]);
  });

  it("are never what a container uses, also one of another stack", () => {
    expect(removed(ROWS, 3, [id(1)])).to.deep.equal(["shop:v2", "shop:v0"]);
  });

  it("are never those of somebody else", () => {
    const others = [row(7), row(8, { repository: "other" }), row(2, { tag: "stable" })];
    expect(removed([...ROWS, ...others])).to.deep.equal(["shop:v1", "shop:v0"]);
    const renamed = [...ROWS, row(1, { repository: "registry.example.com/other", tag: "v1" })];
    expect(removed(renamed)).to.deep.equal(["shop:v2", "shop:v0"]);
  });

  it("are found by digest where a host has no tag, and by id where an image has no name", () => {
    const untagged = [row(1, { id: id(9), tag: "<none>" })];
    expect(removed(untagged)).to.deep.equal([`shop@${id(1)}`]);
    const nameless = [row(1, { repository: "<none>", tag: "<none>", digest: "<none>" })];
    expect(removed(nameless)).to.deep.equal([id(1)]);
  });

  it("include what a failed release has brought, and know Docker Hub's long names", () => {
    const failed = release(7, {
      digests: { green: id(7), blue: id(6) },
      image: "docker.io/library/shop:v7",
    });
    const used = usedImages([{ ...failed, digests: { green: id(5), blue: id(6) } }, ...HISTORY]);
    const old = oldImages({ rows: [row(7)], inUse: new Set() }, used, 3, CURRENT);
    expect(old).to.deep.equal([{ id: id(7), references: ["shop:v7"] }]);
  });
});
