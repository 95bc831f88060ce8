import { expect } from "chai";
import type { Report } from "../../../../dev/emulators/openstack/octavia/plane/report.ts";
import type { View } from "../../../helpers/octaviaClient.ts";
import { until } from "./account.ts";
import { OctaviaAccount } from "./octaviaAccount.ts";

const CARRIED = {
  ...{ bytes_in: 5, bytes_out: 50, active_connections: 1, total_connections: 3 },
  request_errors: 0,
};

describe("the operating status of an emulated load balancer", () => {
  let account: OctaviaAccount;
  let balancer: View;
  let pool: View;
  let listener: View;
  let members: readonly View[];

  beforeEach(async () => {
    account = new OctaviaAccount();
    balancer = await account.balancer();
    pool = await account.pool(balancer);
    listener = await account.listener(balancer, { default_pool_id: pool.id });
    await account.monitor(balancer, pool);
    const addresses = ["10.0.0.2", "10.0.0.3"];
    members = [];
    for (const address of addresses) {
      members = [...members, await account.member(balancer, pool, { address })];
    }
  });

  afterEach(() => account.close());

  it("follows HAProxy's server states, and passes the worst one up", async () => {
    expect(await told("UP", "UP", "UP")).to.deep.equal(["ONLINE", "ONLINE", "ONLINE", "ONLINE"]);
    expect(await told("UP", "UP 1/3", "DOWN 1/2")).to.deep.equal([
      ...["DEGRADED", "DEGRADED", "ONLINE", "ERROR"],
    ]);
    expect(await told("DOWN", "DOWN", "DOWN")).to.deep.equal(["ERROR", "ERROR", "ERROR", "ERROR"]);
    expect(await told("UP", "DRAIN", "MAINT")).to.deep.equal([
      ...["ONLINE", "ONLINE", "DRAINING", "OFFLINE"],
    ]);
    expect(await told("UP", "no check", "UP")).to.deep.equal([
      ...["ONLINE", "ONLINE", "NO_MONITOR", "ONLINE"],
    ]);
  });

  it("is OFFLINE for a pool that no listener uses, with its members unchanged", async () => {
    await told("UP", "UP", "DOWN");
    await account.change(balancer, "PUT", `listeners/${listener.id}`, {
      listener: { default_pool_id: null },
    });
    report({
      listeners: new Map([[listener.id, { status: "OPEN", ...CARRIED }]]),
      pools: new Map(),
    });
    await account.operates(`pools/${pool.id}`, "OFFLINE");
    expect(await seen()).to.deep.equal(["ONLINE", "OFFLINE", "ONLINE", "ERROR"]);
  });

  it("is ERROR for a listener missing in HAProxy, and DEGRADED for one at its limit", async () => {
    report({ listeners: new Map(), pools: new Map() });
    await account.operates(`listeners/${listener.id}`, "ERROR");
    report({
      listeners: new Map([[listener.id, { status: "FULL", ...CARRIED }]]),
      pools: new Map(),
    });
    await account.operates(`listeners/${listener.id}`, "DEGRADED");
    await account.operates(`loadbalancers/${balancer.id}`, "DEGRADED");
  });

  it("is available as one tree", async () => {
    await told("UP", "UP", "DOWN");
    const { statuses } = (
      await account.ask<{ statuses: { loadbalancer: Tree } }>(
        ...["GET", `loadbalancers/${balancer.id}/status`],
      )
    ).body;
    const [inListener] = statuses.loadbalancer.listeners ?? [];
    const [inPool] = inListener?.pools ?? [];
    expect([statuses.loadbalancer.operating_status, inPool?.operating_status]).to.deep.equal([
      ...["DEGRADED", "DEGRADED"],
    ]);
    expect(inPool?.health_monitor).to.include({ type: "HTTP", operating_status: "ONLINE" });
    expect(inPool?.members?.[1]).to.deep.equal({
      ...{ id: members[1]?.id, name: "", address: "10.0.0.3", protocol_port: 8080 },
      ...{ operating_status: "ERROR", provisioning_status: "ACTIVE" },
    });
  });

  it("comes with listener statistics that survive reloads", async () => {
    const path = `loadbalancers/${balancer.id}/stats`;
    const carries = async () => (await account.ask("GET", path)).body["stats"];
    carried(3);
    await until(async () => (await carries())?.["total_connections"] === 3);
    carried(1);
    await until(async () => (await carries())?.["total_connections"] === 4);
    expect(await carries()).to.include({ bytes_in: 10, bytes_out: 100, active_connections: 1 });
  });

  interface Tree {
    readonly operating_status: string;
    readonly health_monitor?: object;
    readonly listeners?: readonly Tree[];
    readonly pools?: readonly Tree[];
    readonly members?: readonly Tree[];
  }

  function report(reported: Report): void {
    const [plain] = account.plane.balancers;
    if (plain) plain.reported = reported;
  }

  function carried(total: number): void {
    const now = { status: "OPEN", ...CARRIED, total_connections: total };
    report({ listeners: new Map([[listener.id, now]]), pools: new Map() });
  }

  /** Statuses of the load balancer, the pool and its members. */
  async function seen(): Promise<string[]> {
    const paths = [
      ...[`loadbalancers/${balancer.id}`, `pools/${pool.id}`],
      ...members.map(({ id }) => `pools/${pool.id}/members/${id}`),
    ];
    return (await Promise.all(paths.map((path) => account.get(path)))).map(
      (view) => view.operating_status,
    );
  }

  /** The statuses after HAProxy has reported this for the pool and its members. */
  async function told(status: string, ...ofMembers: readonly string[]): Promise<string[]> {
    const states = new Map(members.map(({ id }, i) => [id, ofMembers[i] ?? ""]));
    const listeners = new Map([[listener.id, { status: "OPEN", ...CARRIED }]]);
    const before = account.beats();
    report({ listeners, pools: new Map([[pool.id, { status, members: states }]]) });
    await until(() => account.beats() > before + 1);
    return await seen();
  }
});
