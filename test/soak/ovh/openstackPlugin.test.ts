import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { type OpenStack, startOpenStack } from "../../../dev/emulators/openstack/index.ts";
import { PluginStack } from "../../helpers/pluginStack.ts";
import { OpenStackPlane } from "../../unit/dev/emulators/openstackPlane.ts";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as openstack from "@pulumi/openstack";
const config = new pulumi.Config();
const external = openstack.networking.getNetworkOutput({ name: "Ext-Net" });
const image = openstack.images.getImageOutput({ name: "Debian 12", mostRecent: true });
const key = new openstack.compute.Keypair("key", {
  publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB7mNqmTnKl9SbUqZ0pU4b9xJ0xWqZk3c0o0s1lF1bJv test",
});
const network = new openstack.networking.Network("network", {});
const subnet = new openstack.networking.Subnet("subnet", {
  networkId: network.id,
  cidr: "10.30.0.0/24",
  dnsNameservers: ["213.186.33.99"],
});
const router = new openstack.networking.Router("router", { externalNetworkId: external.id });
const routed = new openstack.networking.RouterInterface("routed", {
  routerId: router.id,
  subnetId: subnet.id,
});
const group = new openstack.networking.SecGroup("group", { deleteDefaultRules: true });
new openstack.networking.SecGroupRule("ssh", {
  securityGroupId: group.id,
  direction: "ingress",
  ethertype: "IPv4",
  protocol: "tcp",
  portRangeMin: 22,
  portRangeMax: 22,
  remoteIpPrefix: config.get("from") ?? "0.0.0.0/0",
});
new openstack.networking.SecGroupRule("members", {
  securityGroupId: group.id,
  direction: "ingress",
  ethertype: "IPv4",
  remoteGroupId: group.id,
});
const port = new openstack.networking.Port("port", {
  networkId: network.id,
  securityGroupIds: [group.id],
  fixedIps: [{ subnetId: subnet.id }],
});
const web = new openstack.compute.Instance("web", {
  imageId: image.id,
  flavorName: config.get("flavor") ?? "d2-2",
  keyPair: key.name,
  userData: config.requireSecret("userData"),
  networks: [{ port: port.id }],
  metadata: { color: config.get("color") ?? "blue" },
});
const address = new openstack.networking.FloatingIp("address", { pool: "Ext-Net" });
new openstack.networking.FloatingIpAssociate(
  "associate",
  { floatingIp: address.address, portId: port.id },
  { dependsOn: routed },
);
export const id = web.id;
export const inside = web.accessIpV4;
export const outside = address.address;
`;

/** Everything that can be left in a project is gone. */
const NOTHING = {
  ...{ servers: 0, keypairs: 0, networks: 0, subnets: 0, ports: 0, routers: 0 },
  ...{ securityGroups: 0, floatingIps: 0 },
};

// The plugin waits five to ten seconds after each request before it polls.
describe("the openstack plugin", () => {
  let plane: OpenStackPlane;
  let cloud: OpenStack;
  let stack: PluginStack;

  before(async () => {
    plane = new OpenStackPlane();
    cloud = await startOpenStack({ plane });
    stack = await PluginStack.create(PROGRAM, cloud.environment);
    await stack.setSecret("userData", "#cloud-config hidden");
  });

  after(async () => {
    await stack?.remove().finally(() => cloud.stop());
  });

  beforeEach(() => cloud.reset());

  afterEach(() => expect(cloud.violations).to.deep.equal([]));

  /** Resolves when the plugin has sent this request. */
  async function asked(method: string, pattern: string): Promise<void> {
    const isAsked = () =>
      cloud.calls().some((call) => call.method === method && call.pattern === pattern);
    const deadline = Date.now() + 120_000;
    while (!isAsked()) {
      if (Date.now() > deadline) throw new Error(`Nobody asked for ${method} ${pattern}.`);
      await sleep(50);
    }
  }

  const changes = () =>
    cloud
      .calls()
      .filter(({ method, path }) => method !== "GET" && !path.endsWith("/auth/tokens"))
      .map(({ method, pattern }) => `${method} ${pattern}`);

  it("creates a machine behind a floating IP although its token expires midway", async () => {
    const expire = asked("POST", "/network/v2.0/ports").then(() => cloud.faults.expireTokens());
    const [created] = await Promise.all([stack.up(), expire]);
    expect(created.exitCode, created.all).to.equal(0);
    expect(cloud.calls().map(({ status }) => status)).to.include(401);
    const machine = plane.instance(await stack.output("id"));
    const inside = await stack.output("inside");
    expect(machine.order).to.include({ userData: "#cloud-config hidden", memoryMb: 2000 });
    expect(machine.order.publicKeys).to.have.lengthOf(1);
    expect([...machine.floating]).to.deep.equal([[await stack.output("outside"), inside]]);
    const [firewall] = machine.firewalls;
    expect(firewall?.address).to.equal(inside);
    // Rules are created in parallel.
    expect(firewall?.rules).to.have.deep.members([
      { direction: "in", protocol: "tcp", ports: "22", peers: ["0.0.0.0/0"] },
      { direction: "in", protocol: "all", ports: "all", peers: [`${inside}/32`] },
    ]);
  });

  it("changes nothing when nothing has changed", async () => {
    const unchanged = await stack.up();
    expect(unchanged.all).to.match(/13 unchanged/);
    expect(changes()).to.deep.equal([]);
  });

  it("changes metadata in place", async () => {
    await stack.set("color", "green");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(changes()).to.deep.equal(["POST /compute/v2.1/servers/{id}/metadata"]);
  });

  it("replaces a rule, and the machine's firewall follows", async () => {
    await stack.set("from", "10.0.0.0/8");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    const [firewall] = plane.instance(await stack.output("id")).firewalls;
    const peers = firewall?.rules?.flatMap((rule) => (rule.ports === "22" ? rule.peers : []));
    expect(peers).to.deep.equal(["10.0.0.0/8"]);
  });

  it("resizes a machine in place", async () => {
    const id = await stack.output("id");
    await stack.set("flavor", "d2-4");
    const updated = await stack.up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(await stack.output("id")).to.equal(id);
    expect(changes()).to.deep.equal([
      "POST /compute/v2.1/servers/{id}/action",
      "POST /compute/v2.1/servers/{id}/action",
    ]);
  });

  // After getting a new token, the client takes "not found" for a failure, not for a completed
  // deletion.
  it("fails a deletion whose token expires while it waits, and completes it the next time", async () => {
    const destroy = () => stack.pulumi("destroy", "--yes", "--skip-preview");
    const server = "/compute/v2.1/servers/{id}";
    // Parallel deletions request tokens too: it is this call that must use an expired one.
    const expire = asked("DELETE", server).then(() =>
      cloud.faults.inject({ method: "GET", path: server, how: 401 }),
    );
    const [failed] = await Promise.all([destroy(), expire]);
    expect(failed.exitCode).not.to.equal(0);
    expect(failed.all).to.match(/Successfully re-authenticated, but got error.*not found/);
    const destroyed = await destroy();
    expect(destroyed.exitCode, destroyed.all).to.equal(0);
    expect(cloud.leftovers()).to.deep.equal(NOTHING);
    expect(plane.instances.map(({ state }) => state)).to.deep.equal(["gone"]);
  });
});
