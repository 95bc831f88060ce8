import { expect } from "chai";
import { until } from "./account.ts";
import type { Site } from "../../../helpers/openstackClient.ts";
import { Project } from "./openstackProject.ts";

const V2 = "/network/v2.0";

interface Refused {
  readonly NeutronError?: { readonly type: string; readonly message: string };
}

interface Port {
  readonly id: string;
  readonly fixed_ips: readonly { readonly ip_address: string }[];
  readonly status: string;
  readonly security_groups: readonly string[];
}

describe("an emulated network", () => {
  let project: Project;
  let site: Site;

  beforeEach(async () => {
    project = await Project.open();
    site = await project.site();
  });

  afterEach(() => project.close());

  const refusal = async (method: string, path: string, body?: object) => {
    const answer = await project.ask<Refused>(method, `${V2}/${path}`, body);
    return [answer.status, answer.body.NeutronError?.type];
  };

  const port = (more: object = {}) =>
    project.make<Port>("ports", "port", { network_id: site.networkId, ...more });

  it("assigns its ports the first free addresses, or the requested ones", async () => {
    const first = await port();
    const [second, third] = [
      await port({ fixed_ips: [{ ip_address: "10.20.0.9" }] }),
      await port({ fixed_ips: [{ subnet_id: site.subnetId }] }),
    ];
    const addresses = [first, second, third].map(({ fixed_ips: [one] }) => one?.ip_address);
    expect(addresses).to.deep.equal(["10.20.0.2", "10.20.0.9", "10.20.0.3"]);
    const taken = { network_id: site.networkId, fixed_ips: [{ ip_address: "10.20.0.9" }] };
    expect(await refusal("POST", "ports", { port: taken })).to.deep.equal([
      409,
      "IpAddressAlreadyAllocated",
    ]);
    const outside = { network_id: site.networkId, fixed_ips: [{ ip_address: "10.99.0.9" }] };
    expect(await refusal("POST", "ports", { port: outside })).to.deep.equal([400, "InvalidInput"]);
    await project.ask("DELETE", `${V2}/ports/${first.id}`);
    expect((await port()).fixed_ips[0]?.ip_address).to.equal("10.20.0.2");
  });

  it("moves a port to other addresses", async () => {
    const { id } = await port();
    const fixed_ips = [{ ip_address: "10.20.0.77" }];
    const moved = await project.ask<{ port: Port }>("PUT", `${V2}/ports/${id}`, {
      port: { fixed_ips },
    });
    expect(moved.body.port.fixed_ips.map(({ ip_address }) => ip_address)).to.deep.equal([
      "10.20.0.77",
    ]);
    expect((await port()).fixed_ips[0]?.ip_address).to.equal("10.20.0.2");
  });

  it("filters by a query", async () => {
    await port({ name: "web", fixed_ips: [{ ip_address: "10.20.0.9" }] });
    const found = async (query: string) =>
      (await project.ask<{ ports: Port[] }>("GET", `${V2}/ports?${query}`)).body.ports.length;
    expect(await found("name=web")).to.equal(1);
    expect(await found("fixed_ips=ip_address%3D10.20.0.9")).to.equal(1);
    expect(await found("device_owner=network:router_interface")).to.equal(1);
    expect(await found("name=none")).to.equal(0);
    expect(await found("limit=2")).to.equal(2);
  });

  it("cannot be deleted while it is in use, and a project is torn down in order", async () => {
    const { networkId, subnetId, routerId } = site;
    expect(await refusal("DELETE", `networks/${networkId}`)).to.deep.equal([409, "NetworkInUse"]);
    expect(await refusal("DELETE", `subnets/${subnetId}`)).to.deep.equal([409, "SubnetInUse"]);
    expect(await refusal("DELETE", `routers/${routerId}`)).to.deep.equal([409, "RouterInUse"]);
    const interfaces = `${V2}/ports?device_id=${routerId}&network_id=${networkId}`;
    const { body } = await project.ask<{ ports: Port[] }>("GET", interfaces);
    const [own] = body.ports;
    expect(own?.fixed_ips[0]?.ip_address).to.equal("10.20.0.1");
    expect(await refusal("DELETE", `ports/${own?.id}`)).to.deep.equal([409, "ServicePortInUse"]);
    const remove = `${V2}/routers/${routerId}/remove_router_interface`;
    expect((await project.ask("PUT", remove, { subnet_id: subnetId })).status).to.equal(200);
    for (const path of [`routers/${routerId}`, `subnets/${subnetId}`, `networks/${networkId}`]) {
      expect((await project.ask("DELETE", `${V2}/${path}`)).status).to.equal(204);
    }
    expect(Object.values(project.cloud.leftovers()).every((count) => count === 0)).to.equal(true);
    expect(project.plane.networks.networks.size).to.equal(1);
  });

  it("reaches the vendor's external network through a router's gateway", async () => {
    const external = await project.externalId();
    const path = `networks/${external}`;
    expect((await refusal("DELETE", path))[0]).to.equal(403);
    const router = await project.ask<{ router: { external_gateway_info: object } }>(
      "GET",
      `${V2}/routers/${site.routerId}`,
    );
    expect(router.body.router.external_gateway_info).to.include({ network_id: external });
    const inside = { external_gateway_info: { network_id: site.networkId } };
    expect((await refusal("POST", "routers", { router: inside }))[0]).to.equal(400);
  });

  it("respects the project's quota, and reports its usage", async () => {
    project.cloud.faults.setQuotas({ network: 1 });
    const over = await project.ask<Refused>("POST", `${V2}/networks`, { network: { name: "x" } });
    expect([over.status, over.body.NeutronError]).to.deep.equal([
      409,
      { type: "OverQuota", message: "Quota exceeded for resources: ['network'].", detail: "" },
    ]);
    const details = await project.ask(
      "GET",
      `${V2}/quotas/${project.cloud.projectId}/details.json`,
    );
    expect(details.body).to.have.nested.property("quota.network.used", 1);
  });

  it("keeps tags", async () => {
    const path = `${V2}/networks/${site.networkId}/tags`;
    expect((await project.ask("PUT", path, { tags: ["blue-green"] })).status).to.equal(200);
    const found = await project.ask<{ networks: object[] }>(
      "GET",
      `${V2}/networks?tags=blue-green`,
    );
    expect(found.body.networks).to.have.lengthOf(1);
  });
});

describe("an emulated floating IP", () => {
  let project: Project;
  let site: Site;

  beforeEach(async () => {
    project = await Project.open();
    site = await project.site();
  });

  afterEach(() => project.close());

  interface FloatingIp {
    readonly id: string;
    readonly floating_ip_address: string;
    readonly status: string;
    readonly port_id: string | null;
  }

  const PATH = `${V2}/floatingips`;

  async function portWithMachine(): Promise<{ portId: string; serverId: string }> {
    const order = { network_id: site.networkId };
    const { id: portId } = await project.make<Port>("ports", "port", order);
    return { portId, serverId: await project.server({ networks: [{ port: portId }] }) };
  }

  async function floatingIp(more: object = {}): Promise<FloatingIp> {
    const floating_network_id = await project.externalId();
    return await project.make("floatingips", "floatingip", { floating_network_id, ...more });
  }

  const lead = (id: string, port_id: string | null) =>
    project.ask<Refused>("PUT", `${PATH}/${id}`, { floatingip: { port_id } });

  const floating = (serverId: string) => [...project.plane.instance(serverId).floating.keys()];

  it("points to one machine, then to another, then to none", async () => {
    const [one, two] = [await portWithMachine(), await portWithMachine()];
    const { id, floating_ip_address: address } = await floatingIp({ port_id: one.portId });
    await until(() => floating(one.serverId).length === 1);
    expect([...project.plane.instance(one.serverId).floating]).to.deep.equal([
      [address, "10.20.0.2"],
    ]);
    expect((await lead(id, two.portId)).status).to.equal(200);
    await until(() => floating(two.serverId).includes(address));
    expect(floating(one.serverId)).to.deep.equal([]);
    expect((await lead(id, null)).status).to.equal(200);
    await until(() => floating(two.serverId).length === 0);
    const { body } = await project.ask<{ floatingip: FloatingIp }>("GET", `${PATH}/${id}`);
    expect(body.floatingip).to.include({ status: "DOWN", port_id: null });
  });

  it("is unique per fixed address, and keeps its router's interface in place", async () => {
    const { portId } = await portWithMachine();
    await floatingIp({ port_id: portId });
    const other = await floatingIp();
    const taken = await lead(other.id, portId);
    expect([taken.status, taken.body.NeutronError?.type]).to.deep.equal([
      409,
      "FloatingIPPortAlreadyAssociated",
    ]);
    const remove = `${V2}/routers/${site.routerId}/remove_router_interface`;
    const floating_network_id = await project.externalId();
    const floatingip = { floating_network_id, port_id: portId };
    expect((await project.ask("POST", PATH, { floatingip })).status).to.equal(409);
    expect(project.cloud.leftovers()["floatingIps"]).to.equal(2);
    const used = await project.ask<Refused>("PUT", remove, { subnet_id: site.subnetId });
    expect(used.body.NeutronError?.type).to.equal("RouterInterfaceInUseByFloatingIP");
  });

  it("requires a network with an external gateway", async () => {
    const { id: network_id } = await project.make("networks", "network", { name: "alone" });
    await project.make("subnets", "subnet", { network_id, cidr: "10.40.0.0/24" });
    const { id: port } = await project.make<Port>("ports", "port", { network_id });
    const { id } = await floatingIp();
    const refused = await lead(id, port);
    expect([refused.status, refused.body.NeutronError?.type]).to.deep.equal([
      404,
      "ExternalGatewayForFloatingIPNotFound",
    ]);
  });

  it("points to a machine that is created later, and to the last of several it was assigned to", async () => {
    await project.close();
    project = await Project.open({ delays: { floatingEffect: 50, serverAction: 20 } });
    site = await project.site();
    const order = { network_id: site.networkId };
    const { id: port_id } = await project.make<Port>("ports", "port", order);
    const { id, floating_ip_address: address } = await floatingIp({ port_id });
    const first = await project.server({ networks: [{ port: port_id }] });
    await until(() => floating(first).length === 1);
    const [two, three] = [await portWithMachine(), await portWithMachine()];
    await lead(id, two.portId);
    await lead(id, three.portId);
    const action = `/compute/v2.1/servers/${three.serverId}/action`;
    await project.ask("POST", action, { reboot: { type: "HARD" } });
    await until(() => floating(three.serverId).includes(address));
    expect([floating(first), floating(two.serverId)]).to.deep.equal([[], []]);
  });

  it("points to its machine again after a reboot, and to none after its deletion", async () => {
    const { portId, serverId } = await portWithMachine();
    const { id, floating_ip_address: address } = await floatingIp({ port_id: portId });
    await until(() => floating(serverId).length === 1);
    const reboot = { reboot: { type: "SOFT" } };
    await project.ask("POST", `/compute/v2.1/servers/${serverId}/action`, reboot);
    await until(async () => (await project.view(serverId))["OS-EXT-STS:task_state"] === null);
    expect(floating(serverId)).to.deep.equal([address]);
    expect((await project.ask("DELETE", `${PATH}/${id}`)).status).to.equal(204);
    await until(() => floating(serverId).length === 0);
  });
});
