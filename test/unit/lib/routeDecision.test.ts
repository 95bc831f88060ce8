import { expect } from "chai";
import { parseRoute } from "../../../lib/route.ts";
import {
  type BalancerObservation,
  type RouteDecision,
  type RouteRecord,
  decideRoute,
  describeEntry,
  takenBackWarning,
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

/** Of a canary, to return to blue. */
function granted(real: string): BalancerObservation {
  const grant = { route: CANARY, fallback: BLUE, until: Date.UTC(2026, 10, 28, 5) };
  return { ...running(real, record(CANARY)), grant };
}

const cases: readonly Case[] = [
  { when: "there is no edge yet", edge: { state: "absent" }, wanted: BLUE, then: "change" },
  {
    when: "the first up died before its route",
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
    when: "the route was switched by hand",
    edge: running(GREEN, record(BLUE)),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "a canary was set by hand",
    edge: running(CANARY, record(BLUE)),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "an invalid route was set by hand",
    edge: running("purple", record(BLUE)),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "a route was set by hand and none recorded",
    edge: running(GREEN),
    wanted: BLUE,
    then: "drift",
  },
  {
    when: "the wanted route was set by hand",
    edge: running(GREEN, record(BLUE)),
    wanted: GREEN,
    then: "change",
  },
  {
    when: "set-route died before HAProxy had the route, and the config is the same",
    edge: running(BLUE, record(GREEN, BLUE)),
    wanted: GREEN,
    then: "change",
  },
  {
    when: "set-route died before HAProxy had the route, and the config changed back",
    edge: running(BLUE, record(GREEN, BLUE)),
    wanted: BLUE,
    then: "change",
  },
  {
    when: "set-route died before reading back, and the config is the same",
    edge: running(GREEN, record(GREEN, BLUE)),
    wanted: GREEN,
    then: "change",
  },
  {
    when: "set-route died before reading back, and the config changed back",
    edge: running(GREEN, record(GREEN, BLUE)),
    wanted: BLUE,
    then: "change",
  },
  {
    when: "up died after the switch, and the config changed back",
    edge: running(GREEN, record(GREEN)),
    wanted: BLUE,
    then: "change",
  },
  {
    when: "the edge runs and does not answer",
    edge: { state: "running", record: record(BLUE) },
    wanted: BLUE,
    then: "silent",
  },
  {
    when: "the edge runs, does not answer and has no record",
    edge: { state: "running" },
    wanted: BLUE,
    then: "silent",
  },
  {
    when: "a grant lasts, and the config is the same",
    edge: granted(CANARY),
    wanted: CANARY,
    then: "keep",
  },
  {
    when: "a grant has expired, and the config is the same",
    edge: granted(BLUE),
    wanted: CANARY,
    then: "change",
  },
  {
    when: "a grant has expired, and the config changed back",
    edge: granted(BLUE),
    wanted: BLUE,
    then: "change",
  },
  {
    when: "a grant was set by hand",
    edge: { ...granted(BLUE), record: record(GREEN) },
    wanted: GREEN,
    then: "drift",
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

  it("warns when the balancer is rebuilt, and names its initial route", () => {
    const wanted = { active: "green", canaryWeight: 0, testers: false } as const;
    expect(decideRoute({ state: "stopped", record: record(CANARY) }, wanted)).to.deep.equal({
      kind: "change",
      warning:
        "the balancer's container is stopped; it is rebuilt and starts with its last route, blue with 5 % on green",
    });
  });

  it("warns of a grant that has expired, with both routes, the time and the commands", () => {
    expect(takenBackWarning(granted(CANARY))).to.equal(undefined);
    expect(takenBackWarning(running(BLUE, record(BLUE)))).to.equal(undefined);
    expect(takenBackWarning(granted(BLUE))).to.equal(
      "The release fell silent, so the balancer took the traffic back at 2026-11-28T05:00:00.000Z: " +
        "the route is blue, and was blue with 5 % on green. " +
        "Continue: bluegreen resume. Undo: bluegreen abort",
    );
  });

  it("quotes an entry that is not a route", () => {
    expect(describeEntry("purple")).to.equal('"purple"');
  });
});
