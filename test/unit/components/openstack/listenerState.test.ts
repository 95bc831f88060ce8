import { expect } from "chai";
import { listenerState } from "../../../../components/openstack/listenerState.ts";
import { observedListener } from "../../../../components/openstack/observeOctavia.ts";
import type {
  ApiListener,
  ApiMember,
  ApiPolicy,
} from "../../../../components/openstack/octaviaTypes.ts";
import { formatListenerRecord } from "../../../../components/openstack/listenerRecord.ts";
import { decideRoute } from "../../../../lib/routeDecision.ts";

const PARTS = { pools: { blue: "b", green: "g", shared: "s" } };
const BLUE = { active: "blue", canaryWeight: 0, testers: false } as const;
const RECORD = {
  route: BLUE,
  ...{ generation: "r1", activeGate: "a1", canaryGate: "c1" },
  lostAt: { blue: 0, green: 0 },
} as const;

const listener = (pool: string | null, tags: readonly string[] = []): ApiListener => ({
  ...{ id: "l", description: "", default_pool_id: pool, loadbalancers: [], tags },
});
const policy = (pool: string, isOn: boolean): ApiPolicy => ({
  ...{ id: "p", description: "", listener_id: "l", redirect_pool_id: pool, admin_state_up: isOn },
});
const member = (name: string, weight: number): ApiMember => ({
  ...{ name, weight, address: "", protocol_port: 80, subnet_id: "", operating_status: "ONLINE" },
});

describe("the state of a listener", () => {
  it("is read from its pointer, its policies and the shared members", () => {
    const seen = {
      listener: listener("s", [formatListenerRecord(RECORD)]),
      preview: listener("g"),
      policies: [policy("g", true), policy("g", true)],
      shared: [member("blue-1", 19), member("blue-2", 19), member("green-1", 1)],
    };
    expect(listenerState(PARTS, seen)).to.deep.equal({
      ...{ pointer: "shared", preview: "green", testers: "green", record: RECORD },
      ...{ weights: { blue: 19, green: 1 }, members: { blue: 2, green: 1 } },
    });
  });

  it("has no pointer to a foreign pool, and no testers when policies differ", () => {
    const policies = [policy("g", true), policy("g", false)];
    expect(listenerState(PARTS, { listener: listener("x"), policies, shared: [] })).to.deep.equal({
      weights: { blue: 0, green: 0 },
      members: { blue: 0, green: 0 },
    });
  });

  it("is broken when a change was accepted but not applied", () => {
    const failed = { provisioning_status: "ERROR" };
    const seen = { listener: listener("b"), policies: [policy("g", true)], shared: [] };
    const shared = [{ ...member("blue-1", 1), ...failed }];
    const isBroken = (more: object) => listenerState(PARTS, { ...seen, ...more }).isBroken === true;
    expect(isBroken({})).to.equal(false);
    expect(isBroken({ listener: { ...listener("b"), ...failed } })).to.equal(true);
    expect(isBroken({ preview: { ...listener("g"), ...failed } })).to.equal(true);
    expect(isBroken({ policies: [{ ...policy("g", true), ...failed }] })).to.equal(true);
    // These get no requests.
    expect(isBroken({ shared })).to.equal(false);
    expect(isBroken({ shared, listener: listener("s") })).to.equal(true);
  });

  it("averages the weights when one color's members were weighted by hand", () => {
    const shared = [member("blue-1", 10), member("blue-2", 5)];
    const seen = { listener: listener("s"), policies: [], shared };
    expect(listenerState(PARTS, seen).weights).to.deep.equal({ blue: 7.5, green: 0 });
  });
});

describe("the route of a listener, as an up sees it", () => {
  const WEIGHTS = { weights: { blue: 0, green: 0 }, members: { blue: 1, green: 1 } };

  it("is kept when it is unchanged", () => {
    const edge = observedListener({
      ...WEIGHTS,
      pointer: "blue",
      preview: "green",
      record: RECORD,
    });
    expect(decideRoute(edge, BLUE)).to.deep.equal({ kind: "keep", generation: "r1" });
  });

  it("is set again when testers do not see the idle color", () => {
    const edge = observedListener({ ...WEIGHTS, pointer: "blue", preview: "blue", record: RECORD });
    expect(decideRoute(edge, BLUE).kind).to.equal("change");
  });

  it("is set again when a change was not applied", () => {
    const state = { ...WEIGHTS, pointer: "blue", preview: "green", record: RECORD } as const;
    const edge = observedListener({ ...state, isBroken: true });
    expect(decideRoute(edge, BLUE).kind).to.equal("change");
  });

  it("is ours in the middle of a change, whatever it is", () => {
    const record = {
      ...RECORD,
      route: { active: "blue", canaryWeight: 20, testers: true },
      previous: "blue:0:off",
    } as const;
    const edge = observedListener({ ...WEIGHTS, pointer: "blue", testers: "green", record });
    expect(edge.real).to.equal("blue:0:on");
    expect(decideRoute(edge, BLUE).kind).to.equal("change");
  });

  it("is drift when it is neither the recorded nor the wanted one", () => {
    const edge = observedListener({ ...WEIGHTS, pointer: "green", record: RECORD });
    expect(decideRoute(edge, BLUE)).to.deep.equal({
      ...{ kind: "drift", real: "green:0:off", recorded: "blue:0:off" },
    });
  });
});
