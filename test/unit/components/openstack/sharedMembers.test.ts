import { expect } from "chai";
import type { ListenerState } from "../../../../components/openstack/listenerRoute.ts";
import type { ApiMember } from "../../../../components/openstack/octaviaTypes.ts";
import {
  draining,
  sameMembers,
  withWeights,
} from "../../../../components/openstack/sharedMembers.ts";

const member = (name: string, address: string) => ({
  ...{ name, address, protocol_port: 8000, subnet_id: "subnet" },
});
const BLUE = member("blue-1", "10.20.0.11");
const GREEN = member("green-1", "10.20.0.12");
const state = (more: Partial<ListenerState> = {}): ListenerState => ({
  ...{ pointer: "blue", weights: { blue: 19, green: 1 }, members: { blue: 1, green: 1 } },
  ...more,
});
const there = (one: typeof BLUE, weight: number): ApiMember => ({
  ...one,
  ...{ weight, operating_status: "ONLINE" },
});

describe("the shared members of both colors", () => {
  it("keep their color's weight, and a new host gets it too", () => {
    const second = member("blue-2", "10.20.0.13");
    const weights = withWeights([BLUE, second, GREEN], state()).map(({ weight }) => weight);
    expect(weights).to.deep.equal([19, 19, 1]);
  });

  it("start with any nonzero weight, since nothing routes to them", () => {
    const empty = state({ weights: { blue: 0, green: 0 }, members: { blue: 0, green: 0 } });
    expect(withWeights([BLUE], empty)).to.deep.equal([{ ...BLUE, weight: 1 }]);
  });

  it("are drained only when they leave a color that takes traffic", () => {
    const all = [there(BLUE, 19), there(GREEN, 1)];
    expect(draining(all, [GREEN], state())).to.deep.equal([{ ...BLUE, weight: 0, tags: [] }]);
    expect(draining(all, [BLUE], state())).to.deep.equal([]);
  });

  it("are drained when an instance takes another's name", () => {
    const moved = { ...BLUE, address: "10.20.0.14" };
    expect(draining([there(BLUE, 19)], [moved], state())).to.have.length(1);
  });

  it("are equal in any order, and differ by weight or address", () => {
    const all = [there(BLUE, 19), there(GREEN, 1)];
    const wanted = withWeights([GREEN, BLUE], state());
    expect(sameMembers(all, wanted)).to.equal(true);
    expect(sameMembers(all, wanted.slice(1))).to.equal(false);
    expect(sameMembers([there(BLUE, 18), there(GREEN, 1)], wanted)).to.equal(false);
    const failed = { ...there(BLUE, 19), provisioning_status: "ERROR" };
    expect(sameMembers([failed, there(GREEN, 1)], wanted)).to.equal(false);
  });
});
