import { expect } from "chai";
import type { PortFirewall } from "../../../../dev/emulators/openstack/index.ts";
import { until } from "./account.ts";
import type { Site } from "../../../helpers/openstackClient.ts";
import { Project } from "./openstackProject.ts";

const V2 = "/network/v2.0";

interface Group {
  readonly id: string;
  readonly security_group_rules: readonly { readonly id: string; readonly direction: string }[];
}

interface Port {
  readonly id: string;
  readonly security_groups: readonly string[];
}

const OUT = { direction: "out", protocol: "all", ports: "all", peers: ["0.0.0.0/0"] };

describe("an emulated security group", () => {
  let project: Project;
  let site: Site;

  beforeEach(async () => {
    project = await Project.open();
    site = await project.site();
  });

  afterEach(() => project.close());

  const group = (name = "web") =>
    project.make<Group>("security-groups", "security_group", { name });

  const rule = (security_group_id: string, more: object) =>
    project.make("security-group-rules", "security_group_rule", {
      ...{ security_group_id, direction: "ingress", ethertype: "IPv4", ...more },
    });

  /** A machine on a port with these groups. */
  async function machine(more: object): Promise<{ portId: string; serverId: string }> {
    const order = { network_id: site.networkId, ...more };
    const { id: portId } = await project.make<Port>("ports", "port", order);
    return { portId, serverId: await project.server({ networks: [{ port: portId }] }) };
  }

  const firewalls = (serverId: string): readonly PortFirewall[] =>
    project.plane.instance(serverId).firewalls;

  it("allows all outbound and no inbound traffic until a rule is added", async () => {
    const { id } = await group();
    const { serverId } = await machine({ security_groups: [id] });
    await until(() => firewalls(serverId).length === 1);
    expect(firewalls(serverId)).to.deep.equal([{ address: "10.20.0.2", rules: [OUT] }]);
    const ports = { port_range_min: 8000, port_range_max: 8010 };
    await rule(id, { protocol: "tcp", ...ports, remote_ip_prefix: "10.0.0.0/8" });
    await until(() => firewalls(serverId)[0]?.rules?.length === 2);
    expect(firewalls(serverId)[0]?.rules?.[1]).to.deep.equal({
      ...{ direction: "in", protocol: "tcp", ports: "8000-8010", peers: ["10.0.0.0/8"] },
    });
  });

  it("blocks outbound traffic when its initial rules are deleted", async () => {
    const { id, security_group_rules: rules } = await group();
    const { serverId } = await machine({ security_groups: [id] });
    for (const own of rules) {
      const gone = await project.ask("DELETE", `${V2}/security-group-rules/${own.id}`);
      expect(gone.status).to.equal(204);
    }
    await until(() => firewalls(serverId)[0]?.rules?.length === 0);
  });

  it("refers to another group's members, and follows them as they come and go", async () => {
    const [edge, web] = [await group("edge"), await group("web")];
    await rule(web.id, { protocol: "icmp", remote_group_id: edge.id });
    const { serverId } = await machine({ security_groups: [web.id] });
    const peers = () =>
      firewalls(serverId)[0]?.rules?.find(({ direction }) => direction === "in")?.peers;
    expect(peers()).to.equal(undefined);
    const order = { network_id: site.networkId, security_groups: [edge.id] };
    const { id } = await project.make<Port>("ports", "port", order);
    await until(() => peers()?.join() === "10.20.0.3/32");
    await project.ask("DELETE", `${V2}/ports/${id}`);
    await until(() => peers() === undefined);
  });

  it("is the default for a port that names none, and none without port security", async () => {
    const { id: portId, security_groups: groups } = await project.make<Port>("ports", "port", {
      network_id: site.networkId,
    });
    const path = `${V2}/security-groups?name=default`;
    const { body } = await project.ask<{ security_groups: Group[] }>("GET", path);
    expect(groups).to.deep.equal(body.security_groups.map(({ id }) => id));
    await project.ask("DELETE", `${V2}/ports/${portId}`);
    const { serverId } = await machine({ port_security_enabled: false });
    await until(() => firewalls(serverId).length === 1);
    expect(firewalls(serverId)[0]?.rules).to.equal(undefined);
  });

  it("changes with its port's groups", async () => {
    const [one, two] = [await group("one"), await group("two")];
    await rule(two.id, { protocol: "udp", port_range_min: 53, port_range_max: 53 });
    const { portId, serverId } = await machine({ security_groups: [one.id] });
    const port = { security_groups: [two.id] };
    await project.ask("PUT", `${V2}/ports/${portId}`, { port });
    await until(() => firewalls(serverId)[0]?.rules?.length === 2);
    expect(firewalls(serverId)[0]?.rules?.[1]?.peers).to.deep.equal(["0.0.0.0/0"]);
  });

  it("cannot be deleted while a port uses it, and rejects a duplicate rule", async () => {
    const { id } = await group();
    await machine({ security_groups: [id] });
    expect((await project.ask("DELETE", `${V2}/security-groups/${id}`)).status).to.equal(409);
    const ssh = { protocol: "tcp", port_range_min: 22, port_range_max: 22 };
    await rule(id, { ...ssh, description: "one" });
    const twin = await project.ask("POST", `${V2}/security-group-rules`, {
      security_group_rule: {
        ...{ security_group_id: id, direction: "ingress", ethertype: "IPv4", ...ssh },
      },
    });
    expect(twin.status).to.equal(409);
  });

  it("is applied again to a machine that has booted", async () => {
    const { serverId } = await machine({});
    const action = `/compute/v2.1/servers/${serverId}/action`;
    await until(() => firewalls(serverId).length === 1);
    await project.ask("POST", action, { "os-stop": null });
    await until(async () => (await project.view(serverId))["status"] === "SHUTOFF");
    expect(firewalls(serverId)).to.deep.equal([]);
    await project.ask("POST", action, { "os-start": null });
    await until(() => firewalls(serverId).length === 1);
  });
});
