import { expect } from "chai";
import { OpenStack } from "../../../../components/openstack/api.ts";
import { OctaviaListener } from "../../../../components/openstack/octaviaListener.ts";
import { realRoute } from "../../../../components/openstack/listenerRoute.ts";
import { readMark, withMark } from "../../../../components/openstack/membersMark.ts";
import {
  setOctaviaRoute,
  type WantedRoute,
} from "../../../../components/openstack/setOctaviaRoute.ts";
import { asItIs } from "../../../../components/openstack/sharedMembers.ts";
import { type Route, sameRoute } from "../../../../lib/route.ts";
import {
  type OpenStack as Cloud,
  startOpenStack,
} from "../../../../dev/emulators/openstack/index.ts";
import { Octavia } from "../../../../dev/emulators/openstack/octavia/index.ts";
import { OctaviaClient, type View } from "../../../helpers/octaviaClient.ts";
import { PlainPlane } from "../../dev/emulators/octaviaAccount.ts";
import { OpenStackPlane } from "../../dev/emulators/openstackPlane.ts";

const DELAYS = { create: 0, effect: 20, confirm: 20, heartbeat: 5 };
const HOSTS = ["blue-1", "blue-2", "green-1"];
const MEMBERS = HOSTS.map((name, at) => ({
  ...{ name, address: `10.0.0.${11 + at}`, protocol_port: 8000 },
}));

const wanted = (route: Route, generation: string): WantedRoute => ({
  ...{ route, generation, activeGate: "a", canaryGate: "c" },
});
const only = (active: "blue" | "green"): Route => ({ active, canaryWeight: 0, testers: false });

describe("an Octavia listener", () => {
  const plain = new PlainPlane();
  let cloud: Cloud;
  let client: OctaviaClient;
  let listener: OctaviaListener;
  let parts: Record<"users" | "preview" | "header" | "blue" | "green" | "shared", View>;

  before(async () => {
    cloud = await startOpenStack({
      plane: new OpenStackPlane(),
      services: () => {
        const more = { balancers: plain, vips: plain, labels: {}, delays: DELAYS };
        const octavia = new Octavia({ ...more, onError: (_, error) => expect.fail(String(error)) });
        client = new OctaviaClient(octavia, plain.subnet);
        return [octavia];
      },
    });
    const balancer = await client.balancer();
    const [blue, green, shared] = [
      await client.pool(balancer),
      await client.pool(balancer),
      await client.pool(balancer),
    ];
    for (const member of MEMBERS) {
      await client.member(balancer, member.name.startsWith("blue") ? blue : green, member);
      await client.member(balancer, shared, member);
    }
    const users = await client.listener(balancer);
    const preview = await client.listener(balancer, { protocol_port: 8081 });
    const header = await client.make(balancer, "l7policies", {
      l7policy: {
        ...{ listener_id: users.id, action: "REDIRECT_TO_POOL", redirect_pool_id: blue.id },
        admin_state_up: false,
      },
    });
    parts = { users, preview, header, blue, green, shared };
    const api = await OpenStack.open(accountOf(cloud));
    listener = new OctaviaListener(api, {
      ...{ balancer: balancer.id, listener: users.id, preview: preview.id, policies: [header.id] },
      pools: { blue: blue.id, green: green.id, shared: shared.id },
    });
  });
  after(async () => {
    await client.octavia.stop();
    await cloud.stop();
  });

  const pointer = async (name: "users" | "preview") =>
    (await client.get(`listeners/${parts[name].id}`))["default_pool_id"];

  it("has no route at first, and counts unmonitored members as unhealthy", async () => {
    expect(realRoute(await listener.state())).to.equal("none");
    expect(await listener.members("blue")).to.deep.equal({
      online: [],
      others: ["blue-1", "blue-2"],
    });
  });

  it("routes users to the active color and testers to the other once members are ONLINE", async () => {
    const healthy = Object.assign(listener, { members: allOnline });
    await setOctaviaRoute(wanted(only("blue"), "r1"), healthy);
    expect([await pointer("users"), await pointer("preview")]).to.deep.equal([
      ...[parts.blue.id, parts.green.id],
    ]);
    const record = await listener.record();
    expect(record?.generation).to.equal("r1");
    expect(sameRoute(record!.route, only("blue"))).to.equal(true);
  });

  it("weights both colors' members in a canary, and routes testers by policy", async () => {
    const route: Route = { active: "blue", canaryWeight: 20, testers: true };
    await setOctaviaRoute(wanted(route, "r2"), listener);
    expect(await pointer("users")).to.equal(parts.shared.id);
    const members = await listener.poolMembers("shared");
    const weights = Object.fromEntries(members.map(({ name, weight }) => [name, weight]));
    expect(weights["blue-1"]).to.equal(weights["blue-2"]);
    const share = weights["green-1"]! / (weights["green-1"]! + 2 * weights["blue-1"]!);
    expect(share).to.be.closeTo(0.2, 0.001);
    expect(await client.get(`l7policies/${parts.header.id}`)).to.include({
      admin_state_up: true,
      redirect_pool_id: parts.green.id,
    });
  });

  it("keeps a script's marks on a member, and sends nothing new to one that leaves", async () => {
    const [first, ...others] = await listener.poolMembers("shared");
    const mark = { generation: "g", began: "2026-11-21T10:00:00.000Z", isLeaving: true };
    const leaving = { ...asItIs(first!), weight: 0, tags: withMark(first!, mark) };
    await listener.setMembers("shared", [leaving, ...others.map(asItIs)]);
    await listener.setWeights({ blue: 3, green: 2 });
    const seen = await listener.poolMembers("shared");
    expect(seen.map(({ weight }) => weight)).to.deep.equal([0, 3, 2]);
    expect(seen.map(readMark)).to.deep.equal([mark, undefined, undefined]);
    await listener.setMembers("shared", [first!, ...others].map(asItIs));
  });

  it("waits until a change is applied, and keeps foreign tags", async () => {
    const path = `listeners/${parts.users.id}`;
    const { tags } = (await client.get(path)) as unknown as { tags: string[] };
    const users = { listener: { tags: [...tags, "team-a"] } };
    await client.change(
      await client.get(`loadbalancers/${await balancerId()}`),
      "PUT",
      path,
      users,
    );
    await setOctaviaRoute(wanted(only("green"), "r3"), listener);
    const after = await client.get(path);
    expect(after["tags"]).to.include("team-a").and.to.have.length(2);
    expect(after.provisioning_status).to.equal("ACTIVE");
    expect(await pointer("preview")).to.equal(parts.blue.id);
  });

  it("fails when a change is not applied, and the next one sets it", async () => {
    client.octavia.stick({ forMs: 20, ends: "ERROR" });
    const preview = `/lbaas/listeners/${parts.preview.id}`;
    const failed: unknown = await setOctaviaRoute(wanted(only("blue"), "r4"), listener).catch(
      (reason: unknown) => reason,
    );
    expect(String(failed)).to.include(`Octavia could not apply the change of ${preview}`);
    expect((await listener.state()).isBroken).to.equal(true);
    await setOctaviaRoute(wanted(only("blue"), "r5"), listener);
    expect((await listener.state()).isBroken).to.equal(undefined);
    expect(await pointer("users")).to.equal(parts.blue.id);
    expect((await client.get(`listeners/${parts.preview.id}`)).provisioning_status).to.equal(
      "ACTIVE",
    );
  });

  const balancerId = async () =>
    ((await client.get(`listeners/${parts.users.id}`))["loadbalancers"] as { id: string }[])[0]!.id;
});

function allOnline(color: string) {
  const online = HOSTS.filter((host) => host.startsWith(color));
  return Promise.resolve({ online, others: [] });
}

function accountOf({ environment }: Cloud) {
  const { OS_AUTH_URL = "", OS_REGION_NAME = "", OS_USERNAME = "" } = environment;
  return {
    ...{ authUrl: OS_AUTH_URL, region: OS_REGION_NAME, userName: OS_USERNAME },
    ...{ password: environment["OS_PASSWORD"] ?? "", tenantId: environment["OS_PROJECT_ID"] ?? "" },
    userDomainId: "default",
  };
}
