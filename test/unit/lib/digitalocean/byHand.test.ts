import { expect } from "chai";
import { managedByHand } from "../../../../lib/digitalocean/byHand.ts";
import { stackTags } from "../../../../lib/digitalocean/tags.ts";

describe("a managed balancer by hand", () => {
  it("is moved by the tags of its droplets", () => {
    const byHand = managedByHand("blue-green-prod", stackTags("blue-green/prod"));
    const text = byHand.setRoute({ active: "green", canaryWeight: 0, testers: false });
    expect(text).to.include("blue-green:prod:live and blue-green:prod:ready");
    expect(text).to.match(/to the droplets of green, and take them off those of blue$/);
  });
});
