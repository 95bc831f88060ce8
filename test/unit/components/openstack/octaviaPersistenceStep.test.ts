import { expect } from "chai";
import { execa } from "execa";
import { openStackEnvironment } from "../../../../components/openstack/authentication.ts";
import type { SetPersistenceInput } from "../../../../components/openstack/octaviaSteps.ts";
import { stepCommand } from "../../../../lib/step.ts";
import { json, OpenStackServer } from "../../../helpers/openStackServer.ts";

const POOLS = "/lbaas/pools/";

describe("the persistence of Octavia's pools", () => {
  let server: OpenStackServer;
  let there: Record<string, object>;
  let changes: unknown[];

  beforeEach(async () => {
    changes = [];
    server = await OpenStackServer.start((call, _request, body) => {
      const monitor = call.split("/lbaas/healthmonitors/")[1];
      if (monitor !== undefined) {
        if (call.startsWith("PUT")) changes.push([monitor, JSON.parse(body)]);
        const [healthmonitor] = [{ provisioning_status: "ACTIVE", domain_name: "shop.test" }];
        return json(200, { healthmonitor });
      }
      const id = call.split(POOLS)[1];
      if (id === undefined) return json(200, { loadbalancer: { provisioning_status: "ACTIVE" } });
      if (call.startsWith("PUT")) changes.push([id, JSON.parse(body)]);
      return json(200, { pool: { id, provisioning_status: "ACTIVE", ...there[id] } });
    });
  });
  afterEach(() => server.stop());

  async function set(type: string, hosts: readonly string[] = []): Promise<void> {
    const input: SetPersistenceInput = {
      balancer: "lb-1",
      pools: Object.keys(there).map((id) => ({ id, type })),
      monitors: hosts.map((host, at) => ({ id: `m${at + 1}`, host })),
    };
    await execa("sh", ["-c", stepCommand("octavia-persistence")], {
      env: openStackEnvironment(server.account),
      input: JSON.stringify(input),
    });
  }

  it("is changed when it differs, and left alone otherwise", async () => {
    const session_persistence = { type: "SOURCE_IP" };
    there = { p1: { session_persistence: null }, p2: { session_persistence } };
    await set("SOURCE_IP");
    expect(changes).to.deep.equal([["p1", { pool: { session_persistence } }]]);
  });

  it("comes with the Host header of health monitors, which Octavia sends with HTTP/1.1", async () => {
    there = {};
    await set("", ["shop.test", "localhost"]);
    expect(changes).to.deep.equal([
      ["m2", { healthmonitor: { http_version: 1.1, domain_name: "localhost" } }],
    ]);
  });

  it("is removed with null", async () => {
    there = { p1: { session_persistence: { type: "HTTP_COOKIE" } } };
    await set("");
    expect(changes).to.deep.equal([["p1", { pool: { session_persistence: null } }]]);
  });
});
