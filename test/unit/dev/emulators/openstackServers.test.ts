import { expect } from "chai";
import { FLAVORS, IMAGES } from "../../../../dev/emulators/openstack/cloud/catalog.ts";
import { until } from "./account.ts";
import { Project } from "./openstackProject.ts";

const SERVERS = "/compute/v2.1/servers";
const KEYPAIRS = "/compute/v2.1/os-keypairs";
const PUBLIC_KEY = `ssh-ed25519 ${Buffer.alloc(51, 7).toString("base64")} me`;

interface Failure {
  readonly conflictingRequest?: { readonly message: string };
  readonly forbidden?: { readonly message: string };
}

describe("an emulated instance", () => {
  let project: Project;

  beforeEach(async () => {
    project = await Project.open();
  });

  afterEach(() => project.close());

  const act = (id: string, action: object) =>
    project.ask<Failure>("POST", `${SERVERS}/${id}/action`, action);

  const becomes = (id: string, status: string) => project.becomes(id, status);

  function flavor(name: string): string {
    return FLAVORS.find((it) => it.name === name)!.id;
  }

  it("is BUILD without addresses, and ACTIVE with its port's address and an updated port status", async () => {
    await project.close();
    project = await Project.open({ delays: { serverActive: 200 } });
    const { networkId, subnetId } = await project.site();
    const port = await project.make<{ id: string }>("ports", "port", {
      network_id: networkId,
      fixed_ips: [{ subnet_id: subnetId, ip_address: "10.20.0.50" }],
    });
    await project.ask("POST", KEYPAIRS, { keypair: { name: "me", public_key: PUBLIC_KEY } });
    const user_data = Buffer.from("#cloud-config").toString("base64");
    const networks = [{ port: port.id }];
    const { body } = await project.order({ networks, user_data, key_name: "me" });
    const { id } = body.server;
    expect(await project.view(id)).to.deep.include({ status: "BUILD", addresses: {} });
    await becomes(id, "ACTIVE");
    const view = await project.view(id);
    expect(view).to.include({ key_name: "me" });
    expect(view).to.have.nested.property("addresses.web[0].addr", "10.20.0.50");
    expect(project.plane.instance(id).order).to.deep.include({
      ...{ userData: "#cloud-config", publicKeys: [PUBLIC_KEY], memoryMb: 2000, vcpus: 1 },
      image: "Debian 12",
    });
    const { order } = project.plane.instance(id);
    expect(order.attachments.map(({ address }) => address)).to.deep.equal(["10.20.0.50"]);
    const bound = await project.ask("GET", `/network/v2.0/ports/${port.id}`);
    expect(bound.body["port"]).to.include({ status: "ACTIVE", device_id: id });
  });

  it("gets a port in the only network, or in the external one when there is none", async () => {
    const outside = await project.view(await project.server());
    expect(outside["addresses"]).to.have.all.keys("Ext-Net");
    await project.site();
    const inside = await project.view(await project.server());
    expect(inside["addresses"]).to.have.all.keys("web");
    await project.make("networks", "network", { name: "other" });
    expect((await project.order()).status).to.equal(409);
  });

  it("is rejected when it refers to something missing or to a port in use", async () => {
    const { networkId } = await project.site();
    const port = await project.make<{ id: string }>("ports", "port", { network_id: networkId });
    await project.server({ networks: [{ port: port.id }] });
    const statuses = [];
    for (const wrong of [
      { imageRef: "none" },
      { flavorRef: "none" },
      { key_name: "none" },
      { networks: [{ uuid: "none" }] },
      { security_groups: [{ name: "none" }] },
      { networks: [{ port: port.id }] },
    ]) {
      statuses.push((await project.order(wrong)).status);
    }
    expect(statuses).to.deep.equal([400, 400, 400, 400, 400, 409]);
  });

  it("is rejected beyond the project's quota, with Nova's message", async () => {
    project.cloud.faults.setQuotas({ instances: 1 });
    await project.server();
    const { status, body } = await project.ask<Failure>("POST", SERVERS, {
      server: { name: "web-2", imageRef: IMAGES[0]!.id, flavorRef: flavor("d2-2") },
    });
    expect([status, body.forbidden?.message]).to.deep.equal([
      403,
      "Quota exceeded for instances: Requested 1, but already used 1 of 1 instances",
    ]);
    const limits = await project.ask("GET", "/compute/v2.1/limits");
    expect(limits.body).to.have.nested.property("limits.absolute.totalInstancesUsed", 1);
  });

  it("stops, starts and reboots, and rejects other actions meanwhile", async () => {
    await project.close();
    project = await Project.open({ delays: { serverAction: 100 } });
    const id = await project.server();
    const { state } = project.plane.instance(id);
    expect((await act(id, { "os-stop": null })).status).to.equal(202);
    const busy = await act(id, { "os-stop": null });
    expect(busy.status).to.equal(409);
    expect(busy.body.conflictingRequest?.message).to.match(
      /while it is in task_state powering-off/,
    );
    await becomes(id, "SHUTOFF");
    expect([state, project.plane.instance(id).state]).to.deep.equal(["on", "off"]);
    expect((await act(id, { "os-stop": null })).status).to.equal(409);
    expect((await act(id, { "os-start": null })).status).to.equal(202);
    await becomes(id, "ACTIVE");
    expect((await act(id, { reboot: { type: "HARD" } })).status).to.equal(202);
    await becomes(id, "ACTIVE");
    expect(project.plane.instance(id).state).to.equal("on");
  });

  it("is resized on confirmation, or reverted to its old size", async () => {
    const id = await project.server();
    await act(id, { resize: { flavorRef: flavor("d2-4") } });
    await becomes(id, "VERIFY_RESIZE");
    expect((await act(id, { "os-stop": null })).status).to.equal(409);
    await act(id, { revertResize: null });
    await becomes(id, "ACTIVE");
    expect((await project.view(id))["flavor"]).to.include({ id: flavor("d2-2") });
    expect(project.plane.instance(id).size.memoryMb).to.equal(2000);
    await act(id, { resize: { flavorRef: flavor("d2-4") } });
    await becomes(id, "VERIFY_RESIZE");
    expect((await act(id, { confirmResize: null })).status).to.equal(204);
    await becomes(id, "ACTIVE");
    expect((await project.view(id))["flavor"]).to.include({ id: flavor("d2-4") });
    expect(project.plane.instance(id).size.memoryMb).to.equal(4000);
  });

  it("has another machine at the same address after a rebuild", async () => {
    const id = await project.server();
    const before = project.plane.instance(id);
    const image = IMAGES.find(({ name }) => name === "Debian 13")!;
    expect((await act(id, { rebuild: { imageRef: image.id } })).status).to.equal(202);
    await becomes(id, "ACTIVE");
    const after = project.plane.instance(id);
    expect([before.state, after.order.image]).to.deep.equal(["gone", "Debian 13"]);
    expect(after.order.attachments).to.deep.equal(before.order.attachments);
  });

  it("is listed until it is gone, with the ports created for it", async () => {
    const { networkId } = await project.site();
    const port = await project.make<{ id: string }>("ports", "port", { network_id: networkId });
    const own = await project.server({ networks: [{ uuid: networkId }] });
    const given = await project.server({ networks: [{ port: port.id }] });
    for (const id of [own, given]) {
      expect((await project.ask("DELETE", `${SERVERS}/${id}`)).status).to.equal(204);
      await until(async () => (await project.ask("GET", `${SERVERS}/${id}`)).status === 404);
    }
    type Ports = { ports: { id: string; device_id: string }[] };
    const { body } = await project.ask<Ports>("GET", `/network/v2.0/ports?network_id=${networkId}`);
    const left = body.ports.filter(({ device_id: device }) => device === "");
    expect(left.map(({ id }) => id)).to.deep.equal([port.id]);
    expect(project.cloud.leftovers()).to.include({ servers: 0 });
    expect(project.plane.instances.map(({ state }) => state)).to.deep.equal(["gone", "gone"]);
  });

  it("stores metadata and tags", async () => {
    const id = await project.server({ metadata: { color: "blue", old: "yes" } });
    const metadata = { color: "green" };
    await project.ask("POST", `${SERVERS}/${id}/metadata`, { metadata });
    expect((await project.ask("DELETE", `${SERVERS}/${id}/metadata/old`)).status).to.equal(204);
    await project.ask("PUT", `${SERVERS}/${id}/tags`, { tags: ["live"] });
    expect(await project.view(id)).to.deep.include({ metadata, tags: ["live"] });
    expect(
      (await project.ask("PUT", `${SERVERS}/${id}`, { server: { name: "x" } })).status,
    ).to.equal(200);
    expect((await project.view(id))["name"]).to.equal("x");
  });

  it("answers at the requested microversion, up to the latest", async () => {
    const asked = (version: string) =>
      project.ask("GET", SERVERS, undefined, { "x-openstack-nova-api-version": version });
    expect((await asked("2.26")).headers.get("x-openstack-nova-api-version")).to.equal("2.26");
    expect((await asked("2.95")).status).to.equal(406);
  });
});

describe("an emulated key pair", () => {
  it("exists once per name until it is deleted", async () => {
    const project = await Project.open();
    const keypair = { name: "me", public_key: PUBLIC_KEY };
    const made = await project.ask("POST", KEYPAIRS, { keypair });
    expect(made.status).to.equal(200);
    expect(made.body)
      .to.have.nested.property("keypair.fingerprint")
      .that.matches(/^(..:){15}..$/);
    expect((await project.ask("POST", KEYPAIRS, { keypair })).status).to.equal(409);
    const bad = { name: "bad", public_key: "ssh-ed25519 x" };
    expect((await project.ask("POST", KEYPAIRS, { keypair: bad })).status).to.equal(400);
    expect((await project.ask("GET", `${KEYPAIRS}/me`)).status).to.equal(200);
    expect((await project.ask("DELETE", `${KEYPAIRS}/me`)).status).to.equal(202);
    expect((await project.ask("GET", `${KEYPAIRS}/me`)).status).to.equal(404);
    await project.close();
  });
});
