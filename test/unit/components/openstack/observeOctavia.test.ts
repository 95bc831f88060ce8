import { expect } from "chai";
import { OpenStack } from "../../../../components/openstack/api.ts";
import { observeOctavia } from "../../../../components/openstack/observeOctavia.ts";
import type { ObservedBalancer } from "../../../../components/openstack/inProject.ts";
import { stackNames } from "../../../../lib/naming.ts";
import { MARKS } from "../../../../components/openstack/balancerParts.ts";
import {
  formatListenerRecord,
  type ListenerRecord,
} from "../../../../components/openstack/listenerRecord.ts";
import { json, OpenStackServer } from "../../../helpers/openStackServer.ts";

const RECORD: ListenerRecord = {
  route: { active: "blue", canaryWeight: 0, testers: false },
  ...{ generation: "r", activeGate: "a", canaryGate: "c", lostAt: { blue: 0, green: 7000 } },
};
const loadbalancers = [{ id: "lb" }];
const pool = (id: string, name: "blue" | "green" | "shared") => ({
  ...{ id, description: MARKS.pool(name), loadbalancers },
});
const listener = (default_pool_id: string | null, tags: readonly string[]) => ({
  ...{ id: "l", description: MARKS.listener, loadbalancers, default_pool_id, tags },
});

describe("the observed state of Octavia", () => {
  let server: OpenStackServer;
  let answers: Record<string, unknown>;

  beforeEach(async () => {
    answers = { "/pools": { pools: [pool("b", "blue"), pool("g", "green"), pool("s", "shared")] } };
    answers["/l7policies"] = { l7policies: [] };
    answers["/pools/s/members"] = { members: [] };
    server = await OpenStackServer.start((call) => {
      const answer = answers[call.replace("GET /GRA/octavia/v2.0/lbaas", "")];
      return json(answer ? 200 : 404, answer ?? { faultstring: "not here" });
    });
  });
  afterEach(() => server.stop());

  async function observe(balancer?: ObservedBalancer) {
    return observeOctavia({
      names: stackNames("blue-green", "prod"),
      secrets: { secret: "s".repeat(32) },
      machines: [],
      api: await OpenStack.open(server.account),
      balancer,
    });
  }
  const ACTIVE = { id: "lb", provisioning_status: "ACTIVE" };
  function serving(default_pool_id: string, tags = [formatListenerRecord(RECORD)]) {
    const one = listener(default_pool_id, tags);
    answers["/listeners"] = { listeners: [one] };
    answers["/listeners/l"] = { listener: one };
  }

  it("is absent before the first up", async () => {
    const { balancer: edge, manualCommands } = await observe();
    expect(edge).to.deep.equal({ state: "absent" });
    expect(manualCommands.name).to.equal("blue-green-prod");
  });

  it("has no route when a first up has created half of it", async () => {
    answers["/listeners"] = { listeners: [] };
    expect((await observe(ACTIVE)).balancer).to.deep.equal({ state: "running", real: "none" });
  });

  it("contains what the listener does and what was last set there", async () => {
    serving("b");
    const seen = await observe(ACTIVE);
    expect(seen.balancer.real).to.equal("blue:0:off");
    expect(seen.balancer.record).to.include({
      route: "blue:0:off",
      generation: "r",
      activeGate: "a",
    });
    expect(seen.lostTrafficAt).to.deep.equal({ green: 7000 });
    expect(seen.warnings).to.deep.equal([]);
  });

  it("contains the shared members and the up that set them", async () => {
    serving("b");
    const member = (name: string, mark: string) => ({ name, tags: [`blue-green.members=${mark}`] });
    const began = "2026-11-21T10:00:00.000Z";
    const shared = (...members: readonly object[]) => (answers["/pools/s/members"] = { members });
    shared(member("blue-1", `g1|${began}|`), member("green-1", `g1|${began}|`));
    const hosts = ["blue-1", "green-1"];
    expect((await observe(ACTIVE)).sharedPool).to.deep.equal({ hosts, generation: "g1" });
    shared(member("blue-1", `g1|${began}|`), member("green-1", `g1|${began}|leaving`));
    expect((await observe(ACTIVE)).sharedPool).to.deep.equal({ hosts });
  });

  it("reports a manual change and how to revert it", async () => {
    serving("g");
    const { balancer: edge, manualCommands } = await observe(ACTIVE);
    expect([edge.real, edge.record?.route]).to.deep.equal(["green:0:off", "blue:0:off"]);
    expect(manualCommands.setRoute(RECORD.route)).to.equal(
      "openstack loadbalancer listener set --default-pool b l",
    );
  });

  it("warns of a load balancer that cannot be changed", async () => {
    serving("b");
    const [warning] = (await observe({ ...ACTIVE, provisioning_status: "ERROR" })).warnings ?? [];
    expect(warning).to.match(/^The load balancer blue-green-prod is in ERROR and can't be changed/);
    expect(warning).to.include("openstack loadbalancer failover blue-green-prod");
  });
});
