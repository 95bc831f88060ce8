import { expect } from "chai";
import type { Plan } from "../../../../lib/plan.ts";
import { command, PLAN, valuesOf } from "../../../helpers/components.ts";
import { FLOATING_IP, INSTANCE, PORT } from "../../../helpers/instanceMocks.ts";
import { type Registration, valueOf } from "../../../helpers/mocks.ts";
import { BEHIND_OCTAVIA, buildOvh, named, ofType } from "../../../helpers/ovhStack.ts";

const octavia = (kind: string, name: string) => `openstack:loadbalancer/${kind}:${name}`;
const BALANCER = octavia("loadBalancer", "LoadBalancer");
const LISTENER = octavia("listener", "Listener");
const POOL = octavia("pool", "Pool");
const POLICY = octavia("l7PolicyV2", "L7PolicyV2");
const RULE = octavia("l7RuleV2", "L7RuleV2");
const GROUP_RULE = "openstack:networking/secGroupRule:SecGroupRule";

const SECRET = "https://key-manager.example.com/v1/containers/4f7a6c10-9a1e-4f55-8d2c-0b1f6a7d8e90";
const PREVIEW = { preview: { allowedCidrs: ["192.0.2.0/24", "2001:db8::/32"] } };

const build = (config: Readonly<Record<string, unknown>> = {}, plan: Partial<Plan> = {}) =>
  buildOvh(BEHIND_OCTAVIA, config, { plan: { ...PLAN, ...plan } });

const namesOf = (resources: readonly Registration[], type: string) =>
  ofType(resources, type).map(({ name }) => name);

const stdin = (resources: readonly Registration[], name: string) =>
  JSON.parse(String(command(resources, name).inputs["stdin"])) as Record<string, unknown>;

describe("the OVH stack", () => {
  it("has an instance with a port and a floating IP for each host, of the color's flavor", async () => {
    const { resources } = await build();
    expect(namesOf(resources, INSTANCE)).to.deep.equal(
      BEHIND_OCTAVIA.hosts.map((host) => `${host}-host`),
    );
    expect(named(resources, INSTANCE, "green-1-host").inputs).to.deep.include({
      name: "blue-green-test-green-1",
      flavorName: "b3-16",
      imageName: "Debian 13",
      networks: [{ port: "port-13" }],
      metadata: {
        "blue-green-stack": "blue-green/test",
        "blue-green-host": "green-1",
        "blue-green-role": "green",
      },
    });
    expect(named(resources, INSTANCE, "blue-1-host").inputs["flavorName"]).to.equal("b3-8");
    expect(named(resources, PORT, "blue-1-host-port").inputs["fixedIps"]).to.have.length(1);
    expect(named(resources, FLOATING_IP, "blue-1-host-ip").inputs).to.deep.include({
      pool: "Ext-Net",
      portId: "port-11",
      fixedIp: "10.20.0.11",
    });
  });

  it("opens SSH to the allowed ranges, and the app to the balancer's network", async () => {
    const { resources } = await build();
    const rules = ofType(resources, GROUP_RULE).map(({ name, inputs }) => [
      name,
      inputs["portRangeMin"],
      inputs["remoteIpPrefix"],
    ]);
    expect(rules).to.deep.equal([
      ["network-apps-8000-10.20.0.0/16", 8000, "10.20.0.0/16"],
      ["network-ssh-22-198.51.100.0/24", 22, "198.51.100.0/24"],
    ]);
    const { inputs } = named(resources, PORT, "green-1-host-port");
    expect(inputs["securityGroupIds"]).to.deep.equal(["network-ssh", "network-apps"]);
  });

  it("has a network with the configured range, from which the balancer reaches the app", async () => {
    const { resources } = await build({ ovh: { region: "GRA11", networkCidr: "192.168.4.0/24" } });
    const subnet = named(resources, "openstack:networking/subnet:Subnet", "network-subnet");
    expect(subnet.inputs["cidr"]).to.equal("192.168.4.0/24");
    expect(namesOf(resources, GROUP_RULE)).to.include("network-apps-8000-192.168.4.0/24");
  });

  it("has a pool for each color and one for both, independent of the route", async () => {
    const { resources } = await build();
    expect(namesOf(resources, POOL)).to.deep.equal([
      "balancer-blue",
      "balancer-green",
      "balancer-shared",
    ]);
    for (const { inputs } of ofType(resources, POOL)) {
      expect(inputs).to.include({ loadbalancerId: "lb-1", protocol: "HTTP" });
      // With a name of our own, a replace would delete the pool before there is another.
      expect(inputs).not.to.have.property("name");
    }
    const members = named(resources, octavia("members", "Members"), "balancer-green-members");
    expect(members.inputs["members"]).to.deep.equal([
      { name: "green-1", address: "10.20.0.13", protocolPort: 8000, subnetId: "network-subnet" },
      { name: "green-2", address: "10.20.0.14", protocolPort: 8000, subnetId: "network-subnet" },
    ]);
    expect(members.dependsOn).to.include.members(["balancer-green-monitor", "gate-blue-1"]);
    const { inputs } = named(resources, octavia("monitor", "Monitor"), "balancer-blue-monitor");
    expect(inputs).to.include({ httpMethod: "GET", urlPath: "/health", expectedCodes: "200" });
  });

  it("keeps clients on a host with a script, so that no pool is recreated for it", async () => {
    const asked = (type: string) => ({
      balancer: "lb-1",
      pools: ["blue", "green", "shared"].map((name) => ({ id: `balancer-${name}`, type })),
      monitors: ["blue", "green", "shared"].map((name) => ({
        ...{ id: `balancer-${name}-monitor`, host: "localhost" },
      })),
    });
    const { resources } = await build({ ovh: { region: "GRA11", persistence: "cookie" } });
    expect(stdin(resources, "balancer-persistence")).to.deep.equal(asked("HTTP_COOKIE"));
    expect(command(resources, "balancer-route").dependsOn).to.include("balancer-persistence");
    for (const { inputs } of ofType(resources, POOL)) {
      expect(inputs["persistence"]).to.deep.equal({ type: "HTTP_COOKIE" });
    }
    const without = await build();
    expect(stdin(without.resources, "balancer-persistence")).to.deep.equal(asked(""));
  });

  it("takes no traffic before the route's script has run", async () => {
    const { resources } = await build();
    const [listener] = ofType(resources, LISTENER);
    expect(listener?.name).to.equal("balancer-http");
    expect(listener?.inputs).to.include({ protocol: "HTTP", protocolPort: 80 });
    expect(listener?.inputs).not.to.have.property("defaultPoolId");
    expect(named(resources, POLICY, "balancer-header").inputs).to.include({
      action: "REDIRECT_TO_POOL",
      adminStateUp: false,
    });
  });

  it("keeps each color's pool in the balancer with a policy that matches no request", async () => {
    const { resources } = await build();
    for (const color of ["blue", "green"]) {
      const policy = named(resources, POLICY, `balancer-keep-${color}`);
      expect(policy.inputs).to.include({ redirectPoolId: `balancer-${color}` });
      expect(policy.inputs).not.to.have.property("adminStateUp");
      const rules = ofType(resources, RULE).filter(
        ({ inputs }) => inputs["l7policyId"] === policy.name,
      );
      const fits = rules.map(({ inputs }) => [inputs["value"], inputs["invert"] ?? false]);
      expect(fits).to.have.deep.members([
        ["/.blue-green/keep", false],
        ["/.blue-green/keep", true],
      ]);
    }
  });

  it("shows testers the idle color from the named ranges, and opens no other port", async () => {
    const { outputs, resources } = await build(PREVIEW);
    expect(named(resources, LISTENER, "balancer-preview").inputs).to.deep.include({
      protocolPort: 8081,
      allowedCidrs: ["192.0.2.0/24"],
    });
    expect(stdin(resources, "balancer-route")["parts"]).to.include({ preview: "balancer-preview" });
    expect(await valueOf(outputs.previewUrl)).to.equal("http://203.0.113.1:8081");
    const without = await build();
    expect(namesOf(without.resources, LISTENER)).to.deep.equal(["balancer-http"]);
    expect(await valueOf(without.outputs.previewUrl)).to.equal("");
  });

  it("adds HTTPS next to the existing HTTP, and redirects that once the route is set", async () => {
    const tls = { secretRef: SECRET, domains: ["app.example.com"] };
    const { outputs, resources } = await build({ tls, ...PREVIEW });
    const listeners = ["balancer-http", "balancer-https", "balancer-preview"];
    expect(namesOf(resources, LISTENER).sort()).to.deep.equal(listeners);
    expect(named(resources, LISTENER, "balancer-https").inputs).to.include({
      protocol: "TERMINATED_HTTPS",
      protocolPort: 443,
      defaultTlsContainerRef: SECRET,
    });
    expect(stdin(resources, "balancer-route")["parts"]).to.include({ listener: "balancer-https" });
    const redirect = named(resources, POLICY, "balancer-redirect");
    expect(redirect.inputs).to.include({ listenerId: "balancer-http" });
    expect(redirect.dependsOn).to.include("balancer-route");
    expect(stdin(resources, "balancer-redirect-prefix")).to.deep.equal({
      balancer: "lb-1",
      policy: "balancer-redirect",
      url: "https://app.example.com",
    });
    expect(await valueOf(outputs.url)).to.equal("https://app.example.com");
    expect(await valueOf(outputs.previewUrl)).to.equal("https://app.example.com:8081");
    const closed = await build({ tls: { secretRef: SECRET, redirect: false } });
    expect(namesOf(closed.resources, LISTENER)).to.deep.equal(["balancer-https"]);
    expect(await valueOf(closed.outputs.url)).to.equal("https://203.0.113.1");
  });

  it("runs app, gate, members and route in this order, and creates the balancer in parallel", async () => {
    const { resources } = await build();
    const before = (name: string) => command(resources, name).dependsOn;
    expect(before("blue-1")).to.include("blue-image");
    expect(before("gate-blue-1")).to.include.members(["blue-1", "blue-2"]);
    expect(before("balancer-shared-members")).to.include.members([
      "balancer-blue-members",
      "balancer-green-members",
    ]);
    expect(before("balancer-route")).to.include.members([
      "balancer-shared-members",
      "gate-blue-1",
      "gate-blue-2",
    ]);
    expect(named(resources, BALANCER, "balancer").dependsOn).not.to.include("gate-blue-1");
    expect(valuesOf(command(resources, "blue-2"))).to.include({ ADDRESS: "10.20.0.12" });
  });

  it("changes only the gates and the route in a switch", async () => {
    const { resources: before } = await build(PREVIEW);
    const { resources: after } = await build(
      { ...PREVIEW, activeColor: "green" },
      {
        wanted: { active: "green", canaryWeight: 0, testers: false },
        ...{ routeGeneration: "r2", activeGate: "a2" },
      },
    );
    const changed = after.filter(({ name, type, inputs }) => {
      const same = before.find((one) => one.name === name && one.type === type);
      return JSON.stringify(same?.inputs) !== JSON.stringify(inputs);
    });
    expect(changed.map(({ name }) => name)).to.deep.equal([
      "balancer-route",
      "gate-green-1",
      "gate-green-2",
    ]);
    const removed = before.filter(({ name }) => !after.some((one) => one.name === name));
    expect(removed.map(({ name }) => name)).to.deep.equal(["gate-blue-1", "gate-blue-2"]);
  });

  it("leaves the route's command unchanged when hosts are added", async () => {
    const { resources: before } = await build();
    const { resources: after } = await build({ green: { image: "app:v2", count: 1 } });
    expect(stdin(after, "balancer-route")).to.deep.equal(stdin(before, "balancer-route"));
    expect(stdin(after, "balancer-shared-members")["members"]).to.have.length(3);
  });

  it("passes the route's script its input, and the password through the environment", async () => {
    const { resources } = await build({ canary: { weight: 5, cookie: "canary=1" } });
    expect(stdin(resources, "balancer-route")).to.deep.equal({
      route: { active: "blue", canaryWeight: 0, testers: false },
      parts: {
        balancer: "lb-1",
        listener: "balancer-http",
        pools: { blue: "balancer-blue", green: "balancer-green", shared: "balancer-shared" },
        policies: ["balancer-header", "balancer-cookie"],
      },
      generation: "r1",
      activeGate: "a1",
      canaryGate: "c1",
    });
    for (const { inputs, type } of resources.filter(({ type }) => !type.includes("providers"))) {
      const shown = { ...inputs, environment: "", connection: "", userData: "" };
      expect(JSON.stringify(shown), type).not.to.match(/PRIVATE KEY|ssssssss|"password"/);
    }
  });

  it("exports the public address, and no cost, which the cloud does not report", async () => {
    const { outputs } = await build();
    expect(await valueOf(outputs.url)).to.equal("http://203.0.113.1");
    expect(await valueOf(outputs.activeColor)).to.equal("green");
    expect(outputs).not.to.have.property("monthlyCost");
  });
});
