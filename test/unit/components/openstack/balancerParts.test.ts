import { expect } from "chai";
import { MARKS, partsOf } from "../../../../components/openstack/balancerParts.ts";
import type { ApiListener, ApiPolicy } from "../../../../components/openstack/octaviaTypes.ts";
import { formatListenerRecord } from "../../../../components/openstack/listenerRecord.ts";

const OWN = [{ id: "lb-1" }];
const RECORD = {
  route: { active: "blue", canaryWeight: 0, testers: false },
  ...{ generation: "2026-11-21T10:00:00.000Z", activeGate: "", canaryGate: "" },
  lostAt: { blue: 0, green: 0 },
} as const;

const listener = (id: string, more: Partial<ApiListener> = {}): ApiListener => ({
  ...{ id, description: MARKS.listener, default_pool_id: null, loadbalancers: OWN },
  ...more,
});
const policy = (
  id: string,
  listenerId: string,
  description: string = MARKS.testers,
): ApiPolicy => ({
  ...{ id, description, listener_id: listenerId, redirect_pool_id: null, admin_state_up: false },
});
const POOLS = (["blue", "green", "shared"] as const).map((name) => ({
  ...{ id: `pool-${name}`, description: MARKS.pool(name), loadbalancers: OWN },
}));

describe("the parts of a load balancer", () => {
  it("are found by their descriptions among other users' objects", () => {
    const others = [{ id: "lb-2" }];
    const listeners = [
      listener("other", { loadbalancers: others }),
      listener("users"),
      listener("testers", { description: MARKS.preview }),
    ];
    const pools = [{ ...POOLS[0]!, id: "other", loadbalancers: others }, ...POOLS];
    const policies = [policy("p1", "users"), policy("p2", "other"), policy("p3", "users", "")];
    expect(partsOf("lb-1", listeners, pools, policies)).to.deep.equal({
      balancer: "lb-1",
      listener: "users",
      preview: "testers",
      pools: { blue: "pool-blue", green: "pool-green", shared: "pool-shared" },
      policies: ["p1"],
    });
  });

  it("are absent while one of them is missing", () => {
    expect(partsOf("lb-1", [listener("users")], POOLS.slice(1), [])).to.equal(undefined);
    expect(partsOf("lb-1", [], POOLS, [])).to.equal(undefined);
  });

  it("belong to the listener with the latest route while HTTPS is being added", () => {
    const http = listener("http", { tags: [formatListenerRecord(RECORD)] });
    const https = listener("https");
    expect(partsOf("lb-1", [https, http], POOLS, [])?.listener).to.equal("http");
    const generation = "2026-11-21T11:00:00.000Z";
    const later = listener("https", { tags: [formatListenerRecord({ ...RECORD, generation })] });
    expect(partsOf("lb-1", [http, later], POOLS, [])?.listener).to.equal("https");
  });
});
