import { expect } from "chai";
import { loadBalancerManualCommands } from "../../../../components/digitalocean/observeLoadBalancer.ts";
import { stackTags } from "../../../../components/digitalocean/tags.ts";

describe("operating a managed balancer by hand", () => {
  it("switches it by the tags of its droplets", () => {
    const manualCommands = loadBalancerManualCommands(
      "blue-green-prod",
      stackTags("blue-green/prod"),
    );
    const text = manualCommands.setRoute({ active: "green", canaryWeight: 0, testers: false });
    expect(text).to.include("blue-green:prod:live and blue-green:prod:ready");
    expect(text).to.match(/to the droplets of green, and remove them from those of blue$/);
  });
});
