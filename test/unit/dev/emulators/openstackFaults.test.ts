import { expect } from "chai";
import type { Neutron } from "../../../../dev/emulators/openstack/index.ts";
import type { Service } from "../../../../dev/emulators/openstack/http/service.ts";
import { until } from "./account.ts";
import { Project } from "./openstackProject.ts";

const NETWORKS = "/network/v2.0/networks";

describe("a fault of the emulated OpenStack", () => {
  let project: Project;

  beforeEach(async () => {
    project = await Project.open();
  });

  afterEach(() => project.close());

  const make = () => project.ask("POST", NETWORKS, { network: { name: "web" } });
  const networks = () => project.cloud.leftovers()["networks"];

  it("fails a number of calls with an error, before or after their effect", async () => {
    project.cloud.faults.inject({ method: "POST", path: NETWORKS, how: 503, skip: 1, times: 2 });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await make()).status);
    expect([statuses, networks()]).to.deep.equal([[201, 503, 503, 201], 2]);
    project.cloud.faults.inject({ method: "POST", path: NETWORKS, how: 500, when: "after" });
    expect([(await make()).status, networks()]).to.deep.equal([500, 3]);
  });

  it("matches a path with ids in braces", async () => {
    const { body } = await project.ask<{ network: { id: string } }>("POST", NETWORKS, {
      network: {},
    });
    const path = `${NETWORKS}/${body.network.id}`;
    project.cloud.faults.inject({ path: `${NETWORKS}/{id}`, how: 409 });
    expect((await project.ask("DELETE", path)).status).to.equal(409);
    expect((await project.ask("DELETE", path)).status).to.equal(204);
  });

  it("puts a server into ERROR with the reason, or leaves it in BUILD", async () => {
    project.cloud.faults.failServers("error");
    project.cloud.faults.failServers("stuck");
    const [failed, stuck] = [await project.order(), await project.order()];
    const view = (it: typeof failed) => project.view(it.body.server.id);
    await until(async () => (await view(failed))["status"] === "ERROR");
    expect(await view(failed))
      .to.have.nested.property("fault.message")
      .that.includes("No valid host");
    expect((await view(stuck))["status"]).to.equal("BUILD");
    expect(project.plane.instances).to.have.lengthOf(0);
    for (const { body } of [failed, stuck]) {
      const path = `/compute/v2.1/servers/${body.server.id}`;
      await project.ask("DELETE", path);
      await until(async () => (await project.ask("GET", path)).status === 404);
    }
  });

  it("removes an instance's machine silently", async () => {
    const id = await project.server();
    const machine = project.plane.instance(id);
    await project.cloud.faults.vanish(id);
    expect([machine.state, (await project.view(id))["status"]]).to.deep.equal(["gone", "ACTIVE"]);
    const path = `/compute/v2.1/servers/${id}`;
    await project.ask("POST", `${path}/action`, { reboot: { type: "HARD" } });
    await until(async () => (await project.view(id))["status"] === "ERROR");
    await project.ask("DELETE", path);
    await until(async () => (await project.ask("GET", path)).status === 404);
  });
});

describe("the emulated OpenStack", () => {
  it("records requests that no client would send, and answers them as the service does", async () => {
    const project = await Project.open();
    const unknown = await project.ask("GET", "/network/v2.0/trunks");
    const field = await project.ask("POST", NETWORKS, { network: { nmae: "web" } });
    const service = await project.ask("GET", "/dns/v2/zones");
    expect([unknown.status, field.status, service.status]).to.deep.equal([404, 400, 404]);
    expect(field.body).to.have.nested.property("NeutronError.message").that.includes("nmae");
    expect(project.cloud.violations.map(({ kind, where }) => [kind, where])).to.deep.equal([
      ["request", "GET network /v2.0/trunks"],
      ["request", "POST network /v2.0/networks"],
      ["request", "GET /dns/v2/zones"],
    ]);
    project.cloud.reset();
    await project.close();
  });

  it("logs every call, and gives each answer an id", async () => {
    const project = await Project.open();
    project.cloud.reset();
    const { headers } = await project.ask("GET", NETWORKS);
    expect(headers.get("x-openstack-request-id")).to.match(/^req-[0-9a-f-]{36}$/);
    expect(project.cloud.calls()).to.have.lengthOf(1);
    expect(project.cloud.calls()[0]).to.include({ method: "GET", pattern: NETWORKS, status: 200 });
    await project.close();
  });

  it("starts from given resources, with ports in the project's networks", async () => {
    let neutron: Neutron | undefined;
    const octavia: Service = {
      type: "load-balancer",
      handle: async ({ method, path, projectId, body }) =>
        await Promise.resolve({ status: 200, body: { method, path, projectId, body } }),
    };
    const services = (given: Neutron) => {
      neutron = given;
      return [octavia];
    };
    const project = await Project.open({ services });
    const asked = await project.ask("POST", "/load-balancer/v2.0/lbaas/pools", { pool: {} });
    expect(asked.body).to.deep.equal({
      ...{ method: "POST", path: "/v2.0/lbaas/pools", projectId: project.cloud.projectId },
      body: { pool: {} },
    });
    const { subnetId } = await project.site();
    const published: string[] = [];
    neutron?.tell({
      publish: async (portId, { address }) => {
        await Promise.resolve(published.push(`${portId} ${address}`));
      },
      withdraw: async (portId) => {
        await Promise.resolve(published.push(`${portId} none`));
      },
    });
    const vip = await neutron!.allocate({ loadBalancerId: "1", subnetId });
    const fields = { floating_network_id: await project.externalId(), port_id: vip.port_id };
    interface FloatingIp {
      readonly id: string;
      readonly floating_ip_address: string;
    }
    const made = await project.make<FloatingIp>("floatingips", "floatingip", fields);
    await until(() => published.length === 1);
    await neutron!.release(vip);
    await until(() => published.length === 2);
    const at = `${vip.port_id} ${made.floating_ip_address}`;
    expect(published).to.deep.equal([at, `${vip.port_id} none`]);
    expect((await project.ask("GET", `/network/v2.0/ports/${vip.port_id}`)).status).to.equal(404);
    await project.close();
  });
});
