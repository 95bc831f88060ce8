import { expect } from "chai";
import { listenerState } from "../../../../components/openstack/listenerState.ts";
import { isLeaving, readMark } from "../../../../components/openstack/membersMark.ts";
import type { ApiMember } from "../../../../components/openstack/octaviaTypes.ts";
import { formatListenerRecord } from "../../../../components/openstack/listenerRecord.ts";
import {
  observedMembers,
  type SetMember,
  setSharedMembers,
  type SharedPool,
} from "../../../../components/openstack/sharedMembers.ts";

const FIRST = "2026-11-21T10:00:00.000Z";
const SECOND = "2026-11-21T11:00:00.000Z";
const CANARY = {
  route: { active: "blue", canaryWeight: 20, testers: false },
  ...{ generation: "r", activeGate: "a", canaryGate: "c", lostAt: { blue: 0, green: 0 } },
} as const;

const hosts = (...names: readonly string[]) =>
  names.map((name) => ({ ...{ name, address: `address of ${name}` }, ...PLACE }));
const PLACE = { protocol_port: 8000, subnet_id: "s" };

/** A pool in memory that serves a canary of 20 percent; `meanwhile` runs during each wait. */
class RememberingPool implements SharedPool {
  readonly sets: string[] = [];
  meanwhile: () => Promise<void> = () => Promise.resolve();
  #members: readonly ApiMember[] = [];

  members = () => Promise.resolve(this.#members);
  set(members: readonly SetMember[]) {
    this.#members = members.map((one) => ({ ...one, operating_status: "ONLINE" }));
    this.sets.push(members.map(({ name, weight }) => `${name}:${weight}`).join(" "));
    return Promise.resolve();
  }
  wait = () => this.meanwhile();
  state() {
    const pools = { blue: "b", green: "g", shared: "s" };
    const listener = {
      ...{ id: "l", description: "", loadbalancers: [], default_pool_id: "s" },
      tags: [formatListenerRecord(CANARY)],
    };
    return Promise.resolve(
      listenerState({ pools }, { listener, policies: [], shared: this.#members }),
    );
  }
}

const wanted = (generation: string, ...names: readonly string[]) => ({
  ...{ members: hosts(...names), generation, drainSeconds: 30 },
});

async function poolOf(...names: readonly string[]): Promise<RememberingPool> {
  const pool = new RememberingPool();
  await setSharedMembers(wanted("g1", ...names), FIRST, pool);
  // The canary's weights as the route's script sets them.
  const all = await pool.members();
  await pool.set(all.map((one) => ({ ...one, weight: one.name.startsWith("blue") ? 2 : 1 })));
  pool.sets.length = 0;
  return pool;
}

describe("setting the shared members of both colors", () => {
  it("marks each of them with its generation and start time", async () => {
    const pool = await poolOf("blue-1", "green-1");
    for (const member of await pool.members()) {
      expect(readMark(member)).to.deep.equal({
        ...{ generation: "g1", began: FIRST, isLeaving: false },
      });
    }
    expect(observedMembers(await pool.members())).to.deep.equal({
      ...{ hosts: ["blue-1", "green-1"], generation: "g1" },
    });
  });

  it("changes nothing when all is as wanted", async () => {
    const pool = await poolOf("blue-1", "blue-2", "green-1");
    await setSharedMembers(wanted("g1", "green-1", "blue-1", "blue-2"), SECOND, pool);
    expect(pool.sets).to.deep.equal([]);
  });

  it("keeps a canary's share when hosts are added and removed, and drains the removed ones", async () => {
    const pool = await poolOf("blue-1", "blue-2", "green-1");
    await setSharedMembers(wanted("g2", "blue-1", "green-1"), SECOND, pool);
    expect(pool.sets).to.deep.equal(["blue-1:4 green-1:1 blue-2:0", "blue-1:4 green-1:1"]);
    await setSharedMembers(wanted("g3", "blue-1", "blue-2", "green-1"), SECOND, pool);
    expect(pool.sets.at(-1)).to.equal("blue-1:2 blue-2:2 green-1:1");
  });

  it("reports an unfinished change while a host leaves, with the route unchanged", async () => {
    const pool = await poolOf("blue-1", "blue-2", "green-1");
    pool.meanwhile = async () => {
      const members = await pool.members();
      expect(members.filter(isLeaving).map(({ name }) => name)).to.deep.equal(["blue-2"]);
      expect(observedMembers(members)).not.to.have.property("generation");
      expect(await pool.state()).to.deep.include({
        ...{ weights: { blue: 4, green: 1 }, members: { blue: 1, green: 1 } },
      });
    };
    await setSharedMembers(wanted("g2", "blue-1", "green-1"), SECOND, pool);
    expect(observedMembers(await pool.members()).generation).to.equal("g2");
  });

  it("does not revert what a later up has set during the drain", async () => {
    const pool = await poolOf("blue-1", "blue-2", "green-1");
    pool.meanwhile = () =>
      setSharedMembers(wanted("g3", "blue-1", "blue-2", "green-1"), SECOND, pool);
    const late = setSharedMembers(wanted("g2", "blue-1", "green-1"), FIRST, pool);
    const failure: unknown = await late.catch((reason: unknown) => reason);
    expect(String(failure)).to.include("A later pulumi up has set the balancer's members");
    expect(observedMembers(await pool.members()).hosts).to.deep.equal([
      ...["blue-1", "blue-2", "green-1"],
    ]);
    expect((await pool.members()).some(isLeaving)).to.equal(false);
  });

  it("does nothing when a later up has already run", async () => {
    const pool = await poolOf("blue-1", "green-1");
    await setSharedMembers(wanted("g2", "blue-1", "blue-2", "green-1"), SECOND, pool);
    const late = setSharedMembers(wanted("g1", "blue-1", "green-1"), FIRST, pool);
    expect(String(await late.catch((reason: unknown) => reason))).to.include("A later pulumi up");
    expect(pool.sets).to.have.length(1);
  });
});
