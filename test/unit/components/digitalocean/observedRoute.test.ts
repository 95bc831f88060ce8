import { expect } from "chai";
import type { Color } from "../../../../lib/color.ts";
import { observedRoute } from "../../../../components/digitalocean/observeLoadBalancer.ts";
import type { ManagedRecord } from "../../../../components/digitalocean/tags.ts";
import type { Member } from "../../../../components/digitalocean/switchRoute.ts";
import { decideRoute } from "../../../../lib/routeDecision.ts";

const WANTED = { active: "green", canaryWeight: 0, testers: false } as const;
const record = (active: Color, previous?: Color): ManagedRecord => ({
  active,
  generation: 1000,
  gate: 500,
  lostAt: { blue: 0, green: 0 },
  ...(previous && { previous }),
});
const member = (color: Color, isLive: boolean, isReady = isLive): Member => ({
  id: color === "blue" ? 1 : 2,
  color,
  isLive,
  isReady,
});
const BLUE = [member("blue", true), member("green", false)];
const GREEN = [member("blue", false), member("green", true)];
const BOTH = [member("blue", true), member("green", true)];

describe("the route of a managed balancer", () => {
  it("is absent before there is a balancer", () => {
    expect(observedRoute(false, [], undefined)).to.deep.equal({ state: "absent" });
  });

  it("is none while the balancer has no members", () => {
    const seen = observedRoute(true, [member("blue", false)], undefined);
    expect(seen).to.deep.equal({ state: "running", real: "none" });
    expect(decideRoute(seen, WANTED).kind).to.equal("change");
  });

  it("is the color whose droplets are its members", () => {
    expect(observedRoute(true, BLUE, record("blue"))).to.deep.equal({
      state: "running",
      real: "blue:0:off",
      record: {
        route: "blue:0:off",
        generation: "1970-01-01T00:00:01.000Z",
        activeGate: "1970-01-01T00:00:00.500Z",
      },
    });
    const seen = observedRoute(true, GREEN, record("green"));
    expect(decideRoute(seen, WANTED).kind).to.equal("keep");
  });

  it("ignores a color that is being drained", () => {
    const draining = [member("blue", true, false), member("green", true)];
    expect(observedRoute(true, draining, record("green", "blue")).real).to.equal("green:0:off");
  });

  it("lets an interrupted switch continue or be reverted", () => {
    for (const members of [BLUE, BOTH, GREEN]) {
      const seen = observedRoute(true, members, record("green", "blue"));
      expect(decideRoute(seen, WANTED).kind).to.equal("change");
      expect(decideRoute(seen, { ...WANTED, active: "blue" }).kind).to.equal("change");
    }
  });

  it("reports both colors as taking traffic when both are members", () => {
    expect(observedRoute(true, BOTH, record("green", "blue")).real).to.equal("green:500:off");
  });

  it("is drift when the members were changed outside Pulumi", () => {
    expect(decideRoute(observedRoute(true, BOTH, record("blue")), WANTED).kind).to.equal("drift");
    const moved = observedRoute(true, GREEN, record("blue"));
    expect(decideRoute(moved, { ...WANTED, active: "blue" }).kind).to.equal("drift");
  });
});
