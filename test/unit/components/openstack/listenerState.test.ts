import { expect } from "chai";
import { findParts } from "../../../../components/openstack/listenerParts.ts";
import { listenerState } from "../../../../components/openstack/listenerState.ts";
import type { OpenStack } from "../../../../components/openstack/api.ts";
import { MARKS } from "../../../../lib/openstack/marks.ts";
import { formatRecord, type ListenerRecord } from "../../../../lib/openstack/record.ts";

const PARTS = { listener: "l", pools: { blue: "b", green: "g", shared: "s" } };
const RECORD: ListenerRecord = {
  route: { active: "blue", canaryWeight: 5, testers: true },
  ...{ revision: "r", activeGate: "a", canaryGate: "c", lostAt: { blue: 0, green: 7 } },
};

/** Answers by path; what is not there fails. */
function answering(answers: Readonly<Record<string, unknown>>): Pick<OpenStack, "get" | "list"> {
  const answer = <T>(path: string): Promise<T> =>
    path in answers ? Promise.resolve(answers[path] as T) : Promise.reject(new Error(path));
  return {
    get: (_service, path) => answer(path),
    list: (_service, path) => answer(path),
  };
}

const rule = (admin_state_up: boolean) => [{ admin_state_up }];
const policy = (id: string, redirect_pool_id: string, admin_state_up = true) => ({
  ...{ id, action: "REDIRECT_TO_POOL", redirect_pool_id, admin_state_up },
});

const state = (answers: Readonly<Record<string, unknown>>) =>
  listenerState(
    answering({
      "/lbaas/listeners/l": { listener: { default_pool_id: "b", tags: ["of somebody"] } },
      "/lbaas/pools/s/members": [],
      "/lbaas/l7policies?listener_id=l": [],
      ...answers,
    }),
    PARTS,
  );

describe("the state of a listener", () => {
  it("names the pool that it points to, ours or none", async () => {
    const nothing = { weights: { blue: 0, green: 0 }, members: { blue: 0, green: 0 } };
    expect(await state({})).to.deep.equal({ pointer: "blue", ...nothing });
    const foreign = { listener: { default_pool_id: "other", tags: [] } };
    expect(await state({ "/lbaas/listeners/l": foreign })).to.deep.equal(nothing);
  });

  it("has the record among its tags, and the weights of the shared pool", async () => {
    const members = [
      { name: "blue-1", weight: 19 },
      { name: "blue-2", weight: 19 },
      { name: "green-1", weight: 1 },
    ];
    const tags = ["of somebody", formatRecord(RECORD)];
    const seen = await state({
      "/lbaas/listeners/l": { listener: { default_pool_id: "s", tags } },
      "/lbaas/pools/s/members": members,
    });
    expect(seen).to.deep.equal({
      pointer: "shared",
      weights: { blue: 19, green: 1 },
      members: { blue: 2, green: 1 },
      record: RECORD,
    });
  });

  it("leads testers where a policy and a rule of it are switched on", async () => {
    const policies = [policy("off", "b", false), policy("asleep", "b"), policy("on", "g")];
    const seen = await state({
      "/lbaas/l7policies?listener_id=l": policies,
      "/lbaas/l7policies/asleep/rules": rule(false),
      "/lbaas/l7policies/on/rules": rule(true),
    });
    expect(seen.testers).to.equal("green");
  });
});

describe("the parts of a load balancer", () => {
  const part = (id: string, description: string) => ({ id, description });
  const pools = [
    part("b", MARKS.pool("blue")),
    part("g", MARKS.pool("green")),
    part("s", MARKS.pool("shared")),
    part("x", ""),
  ];
  const find = (listeners: unknown, found: unknown = pools) =>
    findParts(
      answering({
        "/lbaas/listeners?loadbalancer_id=lb": listeners,
        "/lbaas/pools?loadbalancer_id=lb": found,
      }),
      "lb",
    );

  it("are found by their descriptions", async () => {
    const listeners = [part("p", MARKS.preview), part("l", MARKS.listener)];
    expect(await find(listeners)).to.deep.equal(PARTS);
  });

  it("are none until all of them are there", async () => {
    expect(await find([])).to.equal(undefined);
    expect(await find([part("l", MARKS.listener)], pools.slice(1))).to.equal(undefined);
  });
});
