import { expect } from "chai";
import { parseRoute } from "../../../lib/route.ts";
import {
  type BalancerObservation,
  type RouteDecision,
  type RouteRecord,
  decideRoute,
  describeEntry,
} from "../../../lib/routeDecision.ts";

interface Case {
  readonly when: string;
  readonly edge: BalancerObservation;
  readonly wanted: string;
  readonly then: RouteDecision["kind"];
}

const record = (route: string, previous?: string): RouteRecord => ({
  route,
  generation: "r1",
  ...(previous !== undefined && { previous }),
});
const running = (real: string, recorded?: RouteRecord): BalancerObservation => ({
  state: "running",
  real,
  ...(recorded && { record: recorded }),
});

const BLUE = "blue:0:off";
const GREEN = "green:0:off";
const CANARY = "blue:50:on";

const cases: readonly Case[] = [
  { when: "nothing is there yet", edge: { state: "absent" }, wanted: BLUE, then: "change" },
  {
    when: "the first up ended before its route",
    edge: running("none"),
    wanted: BLUE,
    then: "change",
  },
  { when: "all three agree", edge: running(BLUE, record(BLUE)), wanted: BLUE, then: "keep" },
  { when: "a switch is wanted", edge: running(BLUE, record(BLUE)), wanted: GREEN, then: "change" },
  { when: "a canary is wanted", edge: running(BLUE, record(BLUE)), wanted: CANARY, then: "change" },
  {
    when: "only the weight differs",
    edge: running(CANARY, record(CANARY)),
    wanted: "blue:51:on",
    then: "change",
  },
  {
    when: "somebody switched by hand",
    edge: running(GREEN, record(BLUE)),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "somebody set a canary by hand",
    edge: running(CANARY, record(BLUE)),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "somebody set what is no route",
    edge: running("purple", record(BLUE)),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "somebody set a route where none was recorded",
    edge: running(GREEN),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "somebody did by hand what is wanted now",
    edge: running(GREEN, record(BLUE)),
    wanted: GREEN,
    then: "change",
  },
  {
    when: "set-route was ended before HAProxy had it, same wish",
    edge: running(BLUE, record(GREEN, BLUE)),
    wanted: GREEN,
    then: "change",
  },
  {
    when: "set-route was ended before HAProxy had it, changed mind",
    edge: running(BLUE, record(GREEN, BLUE)),
    wanted: BLUE,
    then: "change",
  },
  {
    when: "set-route was ended before it read back, same wish",
    edge: running(GREEN, record(GREEN, BLUE)),
    wanted: GREEN,
    then: "change",
  },
  {
    when: "set-route was ended before it read back, changed mind",
    edge: running(GREEN, record(GREEN, BLUE)),
    wanted: BLUE,
    then: "change",
  },
  {
    when: "up was ended after the switch, changed mind",
    edge: running(GREEN, record(GREEN)),
    wanted: BLUE,
    then: "change",
  },
  {
    when: "the edge runs and is silent",
    edge: { state: "running", record: record(BLUE) },
    wanted: BLUE,
    then: "silent",
  },
  {
    when: "the edge runs, is silent and has no record",
    edge: { state: "running" },
    wanted: BLUE,
    then: "silent",
  },
  {
    when: "the edge is stopped",
    edge: { state: "stopped", record: record(BLUE) },
    wanted: GREEN,
    then: "change",
  },
  {
    when: "the edge's container is gone",
    edge: { state: "absent", record: record(BLUE) },
    wanted: BLUE,
    then: "change",
  },
];

describe("the decision about the route", () => {
  for (const { when, edge, wanted, then } of cases) {
    it(`is ${then} when ${when}`, () => {
      const route = parseRoute(wanted);
      if (!route) throw new Error(`not a route: ${wanted}`);
      expect(decideRoute(edge, route).kind).to.equal(then);
    });
  }

  it("keeps the generation of the up that set the route", () => {
    const wanted = { active: "blue", canaryWeight: 0, testers: false } as const;
    expect(decideRoute(running(BLUE, record(BLUE)), wanted)).to.deep.equal({
      kind: "keep",
      generation: "r1",
    });
  });

  it("warns when the balancer is rebuilt, with the route that it starts with", () => {
    const wanted = { active: "green", canaryWeight: 0, testers: false } as const;
    expect(decideRoute({ state: "stopped", record: record(CANARY) }, wanted)).to.deep.equal({
      kind: "change",
      warning:
        "the balancer's container is stopped; it is rebuilt and starts with its last route, blue with 5 % on green",
    });
  });

  it("names an entry that is no route as it stands", () => {
    expect(describeEntry("purple")).to.equal('"purple"');
  });
});
