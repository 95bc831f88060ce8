import { expect } from "chai";
import { planUp } from "../../../lib/plan.ts";
import { seen } from "../../helpers/observation.ts";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

describe("the plan of an up whose balancer has another route than expected", () => {
  it("stops at a route set outside Pulumi, naming both routes and the ways out", () => {
    const drifted = seen("blue:0:off", { real: "green:0:off" });
    expect(() => planUp(settingsFrom(MINIMAL), drifted, "now")).to.throw(
      [
        "The balancer's route was changed outside this program, so nothing was touched.",
        "  the current route:          green",
        "  the route last set here:    blue",
        "  the route in the config:    blue",
        "Keep the current route:  pulumi config set activeColor green",
        "Restore the last route:  docker exec blue-green-test-edge sh /edge/set-route blue",
        "Then run pulumi up again.",
      ].join("\n"),
    );
  });

  const drift = (real: string, config: Readonly<Record<string, unknown>>) => {
    try {
      planUp(settingsFrom(config), seen("blue:0:off", { real }), "now");
    } catch (error) {
      return (error as Error).message.split("\n").filter((line) => line.startsWith("Keep"));
    }
    throw new Error("no drift");
  };

  it("offers to keep a canary that was started or ended by hand", () => {
    expect(drift("blue:50:on", MINIMAL)).to.deep.equal([
      "Keep the current route:  pulumi config set activeColor blue && pulumi config set --path canary.weight 5",
    ]);
    expect(drift("green:0:off", { ...MINIMAL, canary: { weight: 5 } })).to.deep.equal([
      "Keep the current route:  pulumi config set activeColor green && pulumi config rm canary",
    ]);
  });

  it("does not offer to keep a route that no config expresses", () => {
    expect(drift("blue:300:off", MINIMAL)).to.deep.equal([]);
    expect(drift("purple", MINIMAL)).to.deep.equal([]);
  });

  it("stops when the edge runs but does not report its route", () => {
    const silent = { ...seen("blue:0:off"), balancer: { state: "running" as const } };
    expect(() => planUp(settingsFrom(MINIMAL), silent, "now")).to.throw(
      "does not report its route",
    );
  });
});
