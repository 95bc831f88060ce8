import { expect } from "chai";
import { command, inputOf, valuesOf } from "../../../helpers/components.ts";
import { FLOATING_IP, INSTANCE, PORT } from "../../../helpers/instanceMocks.ts";
import { valueOf } from "../../../helpers/mocks.ts";
import { buildOvh, type MockedOvh, named } from "../../../helpers/ovhStack.ts";

const HOSTS = ["blue-1", "green-1", "edge-1", "edge-2"];
const GROUP_RULE = "openstack:networking/secGroupRule:SecGroupRule";
const BEHIND_EDGES: MockedOvh = {
  hosts: HOSTS,
  answers: {
    "blue-image": "sha256:id\nsha256:digest",
    "green-image": "sha256:id2\nsha256:digest2",
    "balancer-route": "blue:50:on",
  },
  config: {
    balancer: "edge",
    blue: { image: "registry.example.com/app:v1", count: 1 },
    green: { image: "registry.example.com/app:v2", count: 1 },
    preview: { allowedCidrs: ["192.0.2.0/24"] },
  },
};

const build = (
  config: Readonly<Record<string, unknown>> = {},
  entrance = "edge-1",
  silentEdges: readonly string[] = [],
) => buildOvh(BEHIND_EDGES, config, { entrance, silentEdges });

describe("the OVH stack with an edge", () => {
  it("has instances with one extra address for it, and no load balancer", async () => {
    const { resources } = await build();
    const instances = resources.filter(({ type }) => type === INSTANCE).map(({ name }) => name);
    expect(instances).to.deep.equal(HOSTS.map((host) => `${host}-host`).sort());
    expect(resources.filter(({ type }) => type.includes("loadbalancer"))).to.deep.equal([]);
    const subnet = { subnetId: "network-subnet" };
    expect(named(resources, PORT, "edge-1-host-port").inputs["fixedIps"]).to.deep.equal([
      ...[subnet, subnet],
    ]);
    const { inputs } = named(resources, INSTANCE, "edge-1-host");
    const { value: userData } = inputs["userData"] as { value: string };
    expect(userData).to.include("ip address replace 10.20.0.213/32 dev lo");
  });

  it("opens the edges to users and testers, and the apps to the edges", async () => {
    const { resources } = await build();
    const rules = resources
      .filter(({ type }) => type === GROUP_RULE)
      .map(({ inputs }) => [
        inputs["securityGroupId"],
        inputs["portRangeMin"],
        inputs["remoteIpPrefix"] ?? inputs["remoteGroupId"],
      ]);
    expect(rules).to.deep.equal([
      ["network-apps", 8000, "network-edge"],
      ["network-edge", 80, "0.0.0.0/0"],
      ["network-edge", 8081, "192.0.2.0/24"],
      ["network-ssh", 22, "198.51.100.0/24"],
    ]);
  });

  it("routes users to the first edge once it has its route", async () => {
    const { outputs, resources } = await build();
    const { inputs, dependsOn } = named(resources, FLOATING_IP, "balancer-ip");
    expect(inputs).to.include({ pool: "Ext-Net", portId: "port-13", fixedIp: "10.20.0.213" });
    expect(dependsOn).to.include("balancer-route");
    expect(await valueOf(outputs.url)).to.equal("http://203.0.113.1");
    expect(await valueOf(outputs.previewUrl)).to.equal("http://203.0.113.13:8081");
  });

  it("sets the route again when an edge is a new instance with the old one's address", async () => {
    const { resources } = await build();
    const { hosts } = JSON.parse(String(command(resources, "balancer-route").inputs["stdin"])) as {
      hosts: unknown;
    };
    expect(hosts).to.deep.equal([
      { name: "edge-1", address: "203.0.113.13", machine: "13" },
      { name: "edge-2", address: "203.0.113.14", machine: "14" },
    ]);
  });

  it("stores HAProxy's configuration with each release when a container is named", async () => {
    const { outputs, resources } = await build({
      ovh: { region: "GRA11", artifactContainer: "shop" },
    });
    const type = "openstack:objectstorage/containerObject:ContainerObject";
    const { inputs } = named(resources, type, "release-haproxy.cfg");
    expect(inputs["content"]).to.include("server green-1 10.20.0.12:8000");
    const id = await valueOf(outputs.release!);
    expect(inputs["name"]).to.equal(`blue-green/test/${id}/haproxy.cfg`);
  });

  it("quickly gives up on an edge that did not answer when the up began", async () => {
    const { resources } = await build({}, "edge-2", ["edge-1"]);
    const attempts = (name: string) => {
      const { inputs } = command(resources, name);
      const connection = inputs["connection"] as { value: { dialErrorLimit: number } };
      return connection.value.dialErrorLimit;
    };
    expect([attempts("edge-1"), attempts("edge-2")]).to.deep.equal([3, 20]);
  });

  it("immediately routes users to the second edge, which has its route, when the first is lost", async () => {
    const { resources } = await build({}, "edge-2");
    const { inputs, dependsOn } = named(resources, FLOATING_IP, "balancer-ip");
    expect(inputs).to.include({ portId: "port-14", fixedIp: "10.20.0.214" });
    expect(dependsOn).not.to.include("balancer-route");
  });

  it("is a single instance when configured", async () => {
    const { resources } = await build({ edge: { hosts: 1, port: 8080 } });
    expect(resources.map(({ name }) => name)).not.to.include("edge-2-host");
    expect(valuesOf(command(resources, "edge-1"))).to.include({ PUBLISH: "8080:8080 8081:8081" });
    expect(inputOf(command(resources, "edge-1"))).to.include("server green-1 10.20.0.12:8000");
  });
});
