import { expect } from "chai";
import { describePlan } from "../../../../release/output/describe.ts";
import { isMovedTag } from "../../../../release/plan/digests.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

describe("a tag that was pushed or built again", () => {
  const deployed = { blue: "sha256:1", green: "sha256:2" };
  const isMoved = (image: string, digest: string) =>
    isMovedTag(
      image,
      digest,
      settingsFrom({
        ...{ activeColor: "blue", blue: { image: "app:v1" } },
        green: { image: `app:v2@sha256:${"2".repeat(64)}` },
      }),
      deployed,
    );

  it("is one by which a color was deployed with another image", () => {
    expect(isMoved("app:v1", "sha256:9")).to.equal(true);
    expect(isMoved("app:v2", "sha256:9")).to.equal(true);
    expect(isMoved("app:v1", "sha256:1")).to.equal(false);
    expect(isMoved("app:v3", "sha256:9")).to.equal(false);
    expect(isMoved("sha256:9", "sha256:9")).to.equal(false);
  });

  it("is not one whose new image a color has already", () => {
    const both = settingsFrom({ ...MINIMAL, green: { image: "app:v1" } });
    expect(isMovedTag("app:v1", "sha256:2", both, deployed)).to.equal(false);
  });

  it("stands in the plan", () => {
    const identity = { id: "1", stack: "prod", image: "sha256:9", movedTag: "app:v1" };
    expect(describePlan(planRelease(settingsFrom(MINIMAL), identity))).to.include(
      "app:v1 now names another image; deploying it",
    );
  });
});
