import { expect } from "chai";
import type { View } from "../../../helpers/octaviaClient.ts";
import { until } from "./account.ts";
import { OctaviaAccount } from "./octaviaAccount.ts";

const NO_ID = "11111111-1111-4111-8111-111111111111";

describe("an emulated Octavia", () => {
  let account: OctaviaAccount;

  beforeEach(() => {
    account = new OctaviaAccount();
  });

  afterEach(() => account.close());

  it("creates a load balancer as pending, and activates it with an address", async () => {
    const loadbalancer = { name: "shop", vip_subnet_id: account.plane.subnet };
    const { body } = await account.ask("POST", "loadbalancers", { loadbalancer });
    const view = body["loadbalancer"] as View;
    expect(view).to.include({ provisioning_status: "PENDING_CREATE", operating_status: "OFFLINE" });
    expect(view).to.include({ vip_address: "10.0.0.9", provider: "amphora", project_id: "shop" });
    await account.octavia.settled(view.id);
    await account.operates(`loadbalancers/${view.id}`, "ONLINE");
    expect(account.plane.balancers[0]?.order.vip.address).to.equal("10.0.0.9");
  });

  it("locks the load balancer and the parents of a change until it has taken effect", async () => {
    const { balancer, pool, listener } = await shop();
    const member = { address: "10.0.0.2", protocol_port: 8080 };
    await account.ask("POST", `pools/${pool.id}/members`, { member });
    for (const path of [`pools/${pool.id}`, `listeners/${listener.id}`]) {
      expect((await account.get(path)).provisioning_status).to.equal("PENDING_UPDATE");
    }
    const words = `Load Balancer ${balancer.id} is immutable and cannot be updated.`;
    const path = `listeners/${listener.id}`;
    expect(await account.refusal(409, "PUT", path, { listener: { name: "x" } })).to.equal(words);
    expect(await account.refusal(409, "DELETE", path)).to.equal(words);
    const own = `loadbalancers/${balancer.id}`;
    const state = `Invalid state PENDING_UPDATE of loadbalancer resource ${balancer.id}`;
    expect(await account.refusal(409, "PUT", own, { loadbalancer: {} })).to.equal(state);
    expect(await account.refusal(409, "DELETE", `${own}?cascade=true`)).to.equal(state);
    await account.octavia.settled(balancer.id);
    expect((await account.get(path)).provisioning_status).to.equal("ACTIVE");
  });

  it("moves the default pool in the data plane before the change is complete", async () => {
    const { balancer, listener } = await shop();
    const green = await account.pool(balancer, { name: "green" });
    const change = { listener: { default_pool_id: green.id } };
    await account.change(balancer, "PUT", `listeners/${listener.id}`, change);
    const [plain] = account.plane.balancers;
    expect(plain?.duties?.listeners[0]?.settings.default_pool_id).to.equal(green.id);
    expect((await account.get(`pools/${green.id}`))["listeners"]).to.deep.equal([
      { id: listener.id },
    ]);
  });

  it("keeps a load balancer pending until a deadline", async () => {
    const { balancer, listener, pool } = await shop();
    account.octavia.stick({ loadBalancerId: balancer.id, forMs: 60, ends: "ACTIVE" });
    const asked = Date.now();
    const change = { listener: { default_pool_id: null } };
    await account.ask("PUT", `listeners/${listener.id}`, change);
    const [plain] = account.plane.balancers;
    expect(plain?.duties?.listeners[0]?.settings.default_pool_id).to.equal(pool.id);
    await account.octavia.settled(balancer.id);
    expect(Date.now() - asked).to.be.at.least(60);
    expect(plain?.duties?.listeners[0]?.settings.default_pool_id).to.equal(null);
  });

  it("fails a change without an effect, and accepts the next one", async () => {
    const { balancer, listener } = await shop();
    const green = await account.pool(balancer);
    account.octavia.stick({ forMs: 5, ends: "ERROR" });
    const change = { listener: { default_pool_id: green.id } };
    await account.change(balancer, "PUT", `listeners/${listener.id}`, change);
    const [plain] = account.plane.balancers;
    expect(plain?.duties?.listeners[0]?.settings.default_pool_id).not.to.equal(green.id);
    const path = `listeners/${listener.id}`;
    expect((await account.get(path)).provisioning_status).to.equal("ERROR");
    await account.change(balancer, "PUT", path, change);
    expect((await account.get(path)).provisioning_status).to.equal("ACTIVE");
  });

  it("leaves a load balancer in ERROR when its removal fails, and removes it on the next request", async () => {
    const balancer = await account.balancer();
    const path = `loadbalancers/${balancer.id}`;
    account.octavia.stick({ loadBalancerId: balancer.id, forMs: 5, ends: "ERROR" });
    await account.change(balancer, "DELETE", path);
    expect((await account.get(path)).provisioning_status).to.equal("ERROR");
    expect(account.plane.balancers[0]?.isRemoved).to.equal(false);
    expect((await account.ask("DELETE", path)).status).to.equal(204);
    await until(() => account.octavia.count().balancers === 0);
  });

  it("removes an empty load balancer, or everything below it on request", async () => {
    const { balancer, pool } = await shop();
    await account.member(balancer, pool);
    const path = `loadbalancers/${balancer.id}`;
    expect(await account.refusal(400, "DELETE", path)).to.equal(
      `Validation failure: Cannot delete Load Balancer ${balancer.id} - it has children`,
    );
    expect((await account.ask("DELETE", `${path}?cascade=true`)).status).to.equal(204);
    await until(() => account.octavia.count().balancers === 0);
    expect(await account.refusal(404, "GET", path)).to.equal(
      `Load Balancer ${balancer.id} not found.`,
    );
    expect(account.octavia.count().parts).to.equal(0);
    expect([account.plane.ports.size, account.plane.balancers[0]?.isRemoved]).to.deep.equal([
      ...[0, true],
    ]);
  });

  it("refuses to remove a pool that a policy uses, but not a listener's default pool", async () => {
    const { balancer, listener, pool } = await shop();
    const l7policy = { listener_id: listener.id, action: "REDIRECT_TO_POOL" };
    const policy = await account.make(balancer, "l7policies", {
      l7policy: { ...l7policy, redirect_pool_id: pool.id },
    });
    expect(await account.refusal(409, "DELETE", `pools/${pool.id}`)).to.equal(
      `Pool ${pool.id} is in use by L7 policy ${policy.id}`,
    );
    await account.change(balancer, "DELETE", `l7policies/${policy.id}`);
    await account.change(balancer, "DELETE", `pools/${pool.id}`);
    expect((await account.get(`listeners/${listener.id}`))["default_pool_id"]).to.equal(null);
    expect(account.plane.balancers[0]?.duties?.pools).to.deep.equal([]);
  });

  it("attaches a floating IP to a load balancer, and detaches it", async () => {
    const { vip_port_id: port } = await account.balancer();
    await account.octavia.publish(String(port), { network: "outside", address: "192.0.2.4" });
    const [plain] = account.plane.balancers;
    expect([...(plain?.attachments ?? [])]).to.deep.equal([["outside", "192.0.2.4"]]);
    await account.octavia.withdraw(String(port), "outside");
    expect(plain?.attachments.size).to.equal(0);
  });

  it("uses the floating IP that a load balancer's port already had", async () => {
    const at = { network: "outside", address: "192.0.2.4" };
    account.plane.given = NO_ID;
    await account.octavia.publish(NO_ID, at);
    await account.balancer();
    expect(account.plane.balancers[0]?.attachments.get("outside")).to.equal("192.0.2.4");
  });

  it("passes on network errors, and reports what is not emulated", async () => {
    const loadbalancer = { vip_subnet_id: NO_ID };
    expect(await account.refusal(400, "POST", "loadbalancers", { loadbalancer })).to.equal(
      `Subnet ${NO_ID} not found.`,
    );
    const asked = account.ask("GET", "amphorae").catch((error: unknown) => String(error));
    expect(await asked).to.equal("Error: Octavia's GET /v2.0/lbaas/amphorae is not emulated.");
  });

  async function shop(): Promise<{ balancer: View; pool: View; listener: View }> {
    const balancer = await account.balancer();
    const pool = await account.pool(balancer, { name: "blue" });
    const listener = await account.listener(balancer, { default_pool_id: pool.id });
    return { balancer, pool, listener };
  }
});
