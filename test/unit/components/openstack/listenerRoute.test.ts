import { expect } from "chai";
import {
  type ListenerState,
  listenerTarget,
  realRoute,
} from "../../../../components/openstack/listenerRoute.ts";
import {
  formatListenerRecord,
  readListenerRecord,
  withListenerRecord,
} from "../../../../components/openstack/listenerRecord.ts";

const MEMBERS = { blue: 2, green: 2 };
const NO_WEIGHTS = { blue: 0, green: 0 };
const RECORD = {
  route: { active: "green", canaryWeight: 0.1, testers: false },
  generation: "2026-11-21T10:00:00.000Z",
  activeGate: "a",
  canaryGate: "",
  lostAt: { blue: 7, green: 0 },
} as const;

const state = (more: Partial<ListenerState>): ListenerState => ({
  weights: NO_WEIGHTS,
  members: MEMBERS,
  ...more,
});

describe("the route of a listener", () => {
  it("is a pointer when all traffic goes to one color", () => {
    const route = { active: "green", canaryWeight: 0, testers: false } as const;
    expect(listenerTarget(route, MEMBERS)).to.deep.equal({ pointer: "green" });
    expect(realRoute(state({ pointer: "green" }))).to.equal("green:0:off");
  });

  it("is the weighted shared pool for a canary, and a rule for testers", () => {
    const route = { active: "green", canaryWeight: 20, testers: true } as const;
    const target = listenerTarget(route, MEMBERS);
    expect(target).to.deep.equal({
      pointer: "shared",
      weights: { green: 4, blue: 1 },
      testers: "blue",
    });
    expect(realRoute(state({ ...target, weights: { green: 4, blue: 1 } }))).to.equal(
      "green:200:on",
    );
  });

  it("is the requested share, although weights only approximate it", () => {
    const { weights = NO_WEIGHTS } = listenerTarget(RECORD.route, MEMBERS);
    const seen = state({ pointer: "shared", weights, record: RECORD });
    expect(realRoute(seen)).to.equal("green:1:off");
    const changedByHand = { ...seen, weights: { blue: 1, green: 1 } };
    expect(realRoute(changedByHand)).to.equal("green:500:off");
  });

  it("is none when it points to a pool that is not ours", () => {
    expect(realRoute(state({}))).to.equal("none");
  });
});

describe("the record of a listener", () => {
  it("is one tag among others, and reads back the same", () => {
    const tags = withListenerRecord(
      ["team-a", formatListenerRecord({ ...RECORD, generation: "old" })],
      RECORD,
    );
    expect(tags).to.have.length(2);
    expect(readListenerRecord(tags)).to.deep.equal(RECORD);
    expect(readListenerRecord(["team-a"])).to.equal(undefined);
  });

  it("keeps the route from before an unfinished change", () => {
    const begun = { ...RECORD, previous: "blue:0:off" };
    expect(readListenerRecord([formatListenerRecord(begun)])).to.deep.equal(begun);
    expect(formatListenerRecord(begun).length).to.be.below(256);
  });
});
