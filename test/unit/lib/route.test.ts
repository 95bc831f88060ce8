import { expect } from "chai";
import {
  type Route,
  describeRoute,
  formatRoute,
  parseRoute,
  routeNames,
  shareOf,
  takesTraffic,
} from "../../../lib/route.ts";

const blue: Route = { active: "blue", canaryWeight: 0, testers: false };
const canary: Route = { active: "blue", canaryWeight: 12.5, testers: true };

describe("a route", () => {
  it("is one map entry that reads back the same", () => {
    expect(formatRoute(canary)).to.equal("blue:125:on");
    for (const route of [blue, canary, { ...canary, canaryWeight: 0.1 }]) {
      expect(parseRoute(formatRoute(route))).to.deep.equal(route);
    }
  });

  it("is rejected when malformed", () => {
    for (const text of [
      "",
      "none",
      "purple:0:off",
      "blue:1001:on",
      "blue:0:maybe",
      "blue",
      "blue:-1:on",
    ]) {
      expect(parseRoute(text), text).to.equal(undefined);
    }
  });

  it("splits traffic between the two colors", () => {
    expect(shareOf("blue", canary)).to.equal(87.5);
    expect(shareOf("green", canary)).to.equal(12.5);
  });

  it("sends traffic to a canary with a weight, and none to one for testers only", () => {
    const testers: Route = { active: "blue", canaryWeight: 0, testers: true };
    expect(takesTraffic("green", canary)).to.equal(true);
    expect(takesTraffic("green", testers)).to.equal(false);
    expect(routeNames("green", testers)).to.equal(true);
    expect(routeNames("green", blue)).to.equal(false);
  });

  it("takes all traffic from the active color at weight 100", () => {
    expect(takesTraffic("blue", { ...canary, canaryWeight: 100 })).to.equal(false);
  });

  it("has a description in words", () => {
    expect(describeRoute(blue)).to.equal("blue");
    expect(describeRoute(canary)).to.equal("blue with 12.5 % on green");
    expect(describeRoute({ ...canary, canaryWeight: 0 })).to.equal("blue with testers on green");
  });
});
