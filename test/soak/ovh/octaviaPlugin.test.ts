import { expect } from "chai";
import { type OpenStack, startOpenStack } from "../../../dev/emulators/openstack/index.ts";
import { Octavia } from "../../../dev/emulators/openstack/octavia/index.ts";
import { Swift } from "../../../dev/emulators/openstack/swift/index.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import { PluginStack } from "../../helpers/pluginStack.ts";
import { PlainPlane } from "../../unit/dev/emulators/octaviaAccount.ts";
import { OpenStackPlane } from "../../unit/dev/emulators/openstackPlane.ts";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as openstack from "@pulumi/openstack";
const config = new pulumi.Config();
const external = openstack.networking.getNetworkOutput({ name: "Ext-Net" });
const network = new openstack.networking.Network("network", {});
const subnet = new openstack.networking.Subnet("subnet", { networkId: network.id, cidr: "10.31.0.0/24" });
const router = new openstack.networking.Router("router", { externalNetworkId: external.id });
const routed = new openstack.networking.RouterInterface("routed", { routerId: router.id, subnetId: subnet.id });
const balancer = new openstack.loadbalancer.LoadBalancer("balancer", {
  vipSubnetId: subnet.id,
  tags: ["blue-green"],
});
const pools = ["blue", "green"].map((color, i) => {
  const pool = new openstack.loadbalancer.Pool(color, {
    loadbalancerId: balancer.id,
    protocol: "HTTP",
    lbMethod: "ROUND_ROBIN",
    persistence: { type: "HTTP_COOKIE" },
  });
  new openstack.loadbalancer.Members(color, {
    poolId: pool.id,
    members: [1, 2].map((n) => ({
      address: "10.31.0." + (10 * i + n + 100),
      protocolPort: 8080,
      subnetId: subnet.id,
      weight: config.getNumber("weight") ?? 1,
    })),
  });
  new openstack.loadbalancer.Monitor(color, {
    poolId: pool.id,
    type: "HTTP",
    delay: 3,
    timeout: 2,
    maxRetries: 2,
    maxRetriesDown: 2,
    urlPath: "/health",
    expectedCodes: "200",
  });
  return pool;
});
const active = config.get("active") === "green" ? 1 : 0;
const listener = new openstack.loadbalancer.Listener("listener", {
  loadbalancerId: balancer.id,
  protocol: "HTTP",
  protocolPort: 80,
  defaultPoolId: pools[active].id,
  insertHeaders: { "X-Forwarded-For": "true" },
  allowedCidrs: ["0.0.0.0/0"],
});
const policy = new openstack.loadbalancer.L7PolicyV2("testers", {
  listenerId: listener.id,
  action: "REDIRECT_TO_POOL",
  redirectPoolId: pools[1 - active].id,
  position: 1,
});
new openstack.loadbalancer.L7RuleV2("testers", {
  l7policyId: policy.id,
  type: "HEADER",
  compareType: "EQUAL_TO",
  key: "X-Canary",
  value: "always",
});
const address = new openstack.networking.FloatingIp("address", { pool: "Ext-Net" });
new openstack.networking.FloatingIpAssociate(
  "associate",
  { floatingIp: address.address, portId: balancer.vipPortId },
  { dependsOn: routed },
);
const container = new openstack.objectstorage.Container("releases", {
  metadata: { kind: "releases" },
  forceDestroy: true,
});
new openstack.objectstorage.ContainerObject(
  "release",
  {
    containerName: container.name,
    name: "shop/" + (config.get("release") ?? "r1") + "/release.json",
    content: '{"release": true}',
    contentType: "application/json",
  },
  { retainOnDelete: true },
);
export const balancerId = balancer.id;
export const outside = address.address;
export const releases = container.name;
`;

const DELAYS = { create: 100, effect: 100, confirm: 100, heartbeat: 1000 };

describe("the openstack plugin with Octavia and Swift", () => {
  const plain = new PlainPlane();
  let octavia: Octavia;
  let cloud: OpenStack;
  let stack: PluginStack;

  before(async () => {
    cloud = await startOpenStack({
      plane: new OpenStackPlane(),
      services: (neutron, surroundings) => {
        octavia = new Octavia({
          ...{ balancers: plain, vips: neutron, delays: DELAYS, ...surroundings },
        });
        neutron.tell(octavia);
        return [octavia, new Swift()];
      },
    });
    stack = await PluginStack.create(PROGRAM, cloud.environment);
  });

  after(async () => {
    await stack?.remove().finally(() => cloud.stop());
    expect(Object.values(cloud.leftovers()).filter(Boolean)).to.deep.equal([]);
  });

  beforeEach(() => cloud.reset());

  afterEach(() => expect(cloud.violations).to.deep.equal([]));

  const changes = () =>
    cloud
      .calls()
      .filter(({ method, path }) => method !== "GET" && !path.endsWith("/auth/tokens"))
      .map(({ method, pattern, status }) => `${method} ${pattern} ${status}`);

  it("creates a balancer with two pools, a header for testers and a floating IP", async () => {
    const created = await stack.up();
    expect(created.exitCode, created.all).to.equal(0);
    const [made] = plain.balancers;
    expect([...(made?.attachments.values() ?? [])]).to.deep.equal([await stack.output("outside")]);
    const { listeners = [], pools = [] } = made?.duties ?? {};
    expect(pools.map(({ members, monitor }) => [members.length, monitor?.url_path])).to.deep.equal([
      ...[
        [2, "/health"],
        [2, "/health"],
      ],
    ]);
    expect(listeners[0]?.policies[0]?.rules[0]?.settings).to.include({ key: "X-Canary" });
  });

  it("changes nothing when nothing has changed", async () => {
    const unchanged = await stack.up();
    expect(unchanged.exitCode, unchanged.all).to.equal(0);
    expect(changes()).to.deep.equal([]);
    const refreshed = await stack.pulumi(
      "refresh",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
    );
    expect(refreshed.exitCode, refreshed.all).to.equal(0);
  });

  it("updates the default pool in place, and waits while the balancer is pending", async () => {
    octavia.stick({ forMs: 3000, ends: "ACTIVE" });
    await stack.set("active", "green");
    const switched = await stack.up();
    expect(switched.exitCode, switched.all).to.equal(0);
    const done = changes().filter((it) => !it.endsWith("409"));
    expect(done).to.have.members([
      "PUT /load-balancer/v2.0/lbaas/listeners/{id} 200",
      "PUT /load-balancer/v2.0/lbaas/l7policies/{id} 200",
    ]);
  });

  it("changes weights with one batch per pool", async () => {
    await stack.set("weight", "5");
    const weighed = await stack.up();
    expect(weighed.exitCode, weighed.all).to.equal(0);
    const done = changes().filter((it) => !it.endsWith("409"));
    const batch = "PUT /load-balancer/v2.0/lbaas/pools/{id}/members 202";
    expect(done).to.deep.equal([batch, batch]);
  });

  it("keeps an object when another one takes its place", async () => {
    const client = await OpenStackClient.at(cloud);
    const path = `/object-store/v1/AUTH_${cloud.projectId}/${await stack.output("releases")}`;
    const objects = async () => {
      const { body } = await client.ask<{ name: string }[]>("GET", `${path}?format=json`);
      return body.map(({ name }) => name);
    };
    expect(await objects()).to.deep.equal(["shop/r1/release.json"]);
    await stack.set("release", "r2");
    const replaced = await stack.up();
    expect(replaced.exitCode, replaced.all).to.equal(0);
    expect(await objects()).to.deep.equal(["shop/r1/release.json", "shop/r2/release.json"]);
  });
});
