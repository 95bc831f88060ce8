import { expect } from "chai";
import { stackNames } from "../../../../lib/naming.ts";
import { digitalOceanStack } from "../../../../components/digitalocean/dropletStack.ts";
import { command, inputOf, PLAN, valuesOf } from "../../../helpers/components.ts";
import { DROPLET, dropletAnswers } from "../../../helpers/dropletMocks.ts";
import { hostAnswers } from "../../../helpers/hostAnswers.ts";
import { type Registration, recordResources, valueOf } from "../../../helpers/mocks.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const BALANCER = "digitalocean:index/loadBalancer:LoadBalancer";
const RESERVED = "digitalocean:index/reservedIp:ReservedIp";
const FIREWALL = "digitalocean:index/firewall:Firewall";
const HOSTS = ["blue-1", "green-1", "edge-1", "edge-2"];

const ANSWERS = {
  ...hostAnswers(HOSTS),
  "blue-image": "sha256:id\nsha256:digest",
  "green-image": "sha256:id2\nsha256:digest2",
  "balancer-route": "blue:50:on",
};
const CLOUD = {
  ...dropletAnswers(HOSTS),
  [BALANCER]: { balancer: { id: "lb-1", ip: "203.0.113.1" } },
  [RESERVED]: { "balancer-ip": { ipAddress: "203.0.113.2" } },
};
const CONFIG = {
  target: "digitalocean",
  activeColor: "blue",
  balancer: "edge",
  blue: { image: "registry.example.com/app:v1", count: 1 },
  green: { image: "registry.example.com/app:v2", count: 1 },
  digitalocean: { region: "fra1" },
  ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
};

async function build(config: Readonly<Record<string, unknown>> = {}) {
  const recorder = await recordResources(ANSWERS, CLOUD);
  const settings = settingsFrom({ ...CONFIG, ...config }, ["ssh", "registry"]);
  const outputs = digitalOceanStack({
    settings,
    plan: PLAN,
    names: stackNames("blue-green", "test"),
    hooks: () => undefined,
    digitalocean: settings.digitalocean!,
    ssh: settings.ssh!,
    monthlyCost: 42,
  });
  return { outputs, resources: await recorder.registrations() };
}

const named = (resources: readonly Registration[], type: string) =>
  resources.filter((resource) => resource.type === type).map(({ name }) => name);

function rulesOf(resources: readonly Registration[], name: string): unknown {
  const found = resources.find((one) => one.type === FIREWALL && one.name === name);
  return { tags: found?.inputs["tags"], in: found?.inputs["inboundRules"] };
}

describe("the DigitalOcean stack with an edge", () => {
  it("has two droplets for it behind a load balancer with exactly these members", async () => {
    const { resources } = await build();
    expect(named(resources, DROPLET)).to.deep.equal(HOSTS.map((host) => `${host}-host`).sort());
    expect(named(resources, RESERVED)).to.deep.equal([]);
    const balancer = resources.find(({ type }) => type === BALANCER);
    expect(balancer?.inputs["dropletTag"]).to.equal("blue-green:test:edge");
    expect(resources.map(({ name }) => name)).not.to.include("blue-1-sidecar");
  });

  it("asks for the same with another login of the registry", async () => {
    const withLogin = async (username: string, password: string) => {
      const registry = { server: "registry.example.com", username, password };
      const { resources } = await build({ registry });
      return resources.map(({ name, inputs }) => [name, inputs]);
    };
    const before = await withLogin("ann", "password-1");
    expect(JSON.stringify(before)).not.to.include("password-1");
    expect(await withLogin("bob", "password-2")).to.deep.equal(before);
  });

  it("opens the edges to the load balancer and testers, and the apps to the edges", async () => {
    const { resources } = await build({ preview: { allowedCidrs: ["192.0.2.0/24"] } });
    const fromBalancer = { protocol: "tcp", sourceLoadBalancerUids: ["lb-1"] };
    expect(rulesOf(resources, "balancer-traffic")).to.deep.equal({
      tags: ["blue-green:test:edge"],
      in: [
        { ...fromBalancer, portRange: "9080" },
        { ...fromBalancer, portRange: "9082" },
        { protocol: "tcp", portRange: "8081", sourceAddresses: ["192.0.2.0/24"] },
      ],
    });
    expect(rulesOf(resources, "balancer-apps")).to.deep.equal({
      tags: ["blue-green:test:blue", "blue-green:test:green"],
      in: [{ protocol: "tcp", portRange: "8000", sourceTags: ["blue-green:test:edge"] }],
    });
  });

  it("changes one edge after the other once the gate has passed, and then sets the route", async () => {
    const { resources } = await build();
    const before = (name: string) => command(resources, name).dependsOn;
    const fleet = resources.find(({ type }) => type.endsWith("EdgeFleet"));
    expect(fleet?.dependsOn).to.deep.equal(["gate-blue-1"]);
    expect(before("edge-1")).to.include("edge-1-host-edge-image");
    expect(before("edge-2")).to.include("edge-1");
    expect(before("balancer-route")).to.include.members(["edge-1", "edge-2", "gate-blue-1"]);
  });

  it("passes each edge its ports and all members", async () => {
    const { resources } = await build();
    const edge = command(resources, "edge-2");
    expect(valuesOf(edge)).to.include({ PUBLISH: "9080:8080 8081:8081 9082:8082" });
    expect(inputOf(edge)).to.include("server green-1 10.0.0.12:8000");
    expect(inputOf(edge)).to.include("option forwardfor if-none");
  });

  it("passes the route's script its input, and the secret through the environment", async () => {
    const { resources } = await build();
    const { inputs } = command(resources, "balancer-route");
    expect(JSON.parse(String(inputs["stdin"]))).to.deep.equal({
      route: { active: "blue", canaryWeight: 0, testers: false },
      hosts: [
        { name: "edge-1", address: "203.0.113.13", machine: "13" },
        { name: "edge-2", address: "203.0.113.14", machine: "14" },
      ],
      stack: "blue-green/test",
      container: "blue-green-test-edge",
      generation: "r1",
      activeGate: "a1",
      canaryGate: "c1",
    });
    expect(String(inputs["stdin"])).not.to.include("ssss");
  });

  it("waits after the route until users are served, or removes edges that were replaced", async () => {
    const { resources } = await build();
    const { inputs, dependsOn } = command(resources, "balancer-edges");
    expect(dependsOn).to.include("balancer-route");
    expect(JSON.parse(String(inputs["stdin"]))).to.deep.equal({
      url: "http://203.0.113.1/health",
      stay: [13, 14],
      stack: "blue-green/test",
      container: "blue-green-test-edge",
      drainSeconds: 30,
    });
  });

  it("exports the addresses for users and testers, and what the edges report", async () => {
    const { outputs } = await build();
    expect(await valueOf(outputs.url)).to.equal("http://203.0.113.1");
    expect(await valueOf(outputs.previewUrl)).to.equal("http://203.0.113.13:8081");
    expect(await valueOf(outputs.canary)).to.deep.equal({ weight: 5, testers: true });
  });

  it("is one droplet with a reserved IP, which moves to it once it has its route", async () => {
    const { outputs, resources } = await build({ edge: { hosts: 1, port: 8080 } });
    expect(named(resources, BALANCER)).to.deep.equal([]);
    const reserved = resources.find(({ type }) => type === RESERVED);
    expect(reserved?.inputs).to.deep.include({ region: "fra1", dropletId: 13 });
    expect(reserved?.dependsOn).to.include("balancer-route");
    expect(valuesOf(command(resources, "edge-1"))).to.include({ PUBLISH: "8080:8080 8081:8081" });
    expect(rulesOf(resources, "balancer-traffic")).to.deep.equal({
      tags: ["blue-green:test:edge"],
      in: [{ protocol: "tcp", portRange: "8080", sourceAddresses: ["0.0.0.0/0", "::/0"] }],
    });
    expect(await valueOf(outputs.url)).to.equal("http://203.0.113.2:8080");
  });
});
