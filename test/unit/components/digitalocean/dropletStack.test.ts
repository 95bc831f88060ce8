import { expect } from "chai";
import { stackNames } from "../../../../lib/naming.ts";
import type { Plan } from "../../../../lib/plan.ts";
import { digitalOceanStack } from "../../../../components/digitalocean/dropletStack.ts";
import { PLAN, command, inputOf, valuesOf } from "../../../helpers/components.ts";
import { DROPLET, dropletAnswers } from "../../../helpers/dropletMocks.ts";
import { hostAnswers } from "../../../helpers/hostAnswers.ts";
import { type Registration, recordResources, valueOf } from "../../../helpers/mocks.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const HOSTS = ["blue-1", "blue-2", "green-1", "green-2"];
const BALANCER = "digitalocean:index/loadBalancer:LoadBalancer";
const CERTIFICATE = "digitalocean:index/certificate:Certificate";
const FIREWALL = "digitalocean:index/firewall:Firewall";

const ANSWERS = {
  ...hostAnswers(HOSTS),
  ...Object.fromEntries(
    HOSTS.flatMap((host) => [
      [`${host}-image`, "sha256:id\nsha256:digest"],
      [`${host}-sidecar`, ""],
    ]),
  ),
  "blue-image": "sha256:id\nsha256:digest",
  "green-image": "sha256:id2\nsha256:digest2",
  "balancer-route": "green:0:off",
};
const CLOUD = {
  ...dropletAnswers(HOSTS),
  [BALANCER]: { balancer: { id: "lb-1", ip: "203.0.113.1" } },
  [CERTIFICATE]: {
    "blue-green-test-certificate": { name: "blue-green-test-certificate-1a2b3c4" },
  },
  "digitalocean:index/vpc:Vpc": { network: { id: "vpc-1" } },
};
const CONFIG = {
  target: "digitalocean",
  activeColor: "blue",
  blue: { image: "registry.example.com/app:v1" },
  green: { image: "registry.example.com/app:v2", size: "s-1vcpu-512mb-10gb" },
  digitalocean: { region: "fra1", size: "s-2vcpu-2gb" },
  ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
};
const TIMES = {
  routeGeneration: "2026-11-21T10:00:00.000Z",
  activeGate: "2026-11-21T09:00:00.000Z",
};

async function build(config: Readonly<Record<string, unknown>> = {}, plan: Partial<Plan> = {}) {
  const recorder = await recordResources(ANSWERS, CLOUD);
  const settings = settingsFrom({ ...CONFIG, ...config }, ["ssh"]);
  const outputs = digitalOceanStack({
    settings,
    plan: { ...PLAN, ...TIMES, ...plan },
    names: stackNames("blue-green", "test"),
    hooks: () => undefined,
    digitalocean: settings.digitalocean!,
    ssh: settings.ssh!,
    monthlyCost: 42,
  });
  return { outputs, resources: await recorder.registrations() };
}

/** The value of a secret as the engine receives it; throws for anything else. */
function secretOf(value: unknown): Record<string, string> {
  const { value: inner } = value as { value?: Record<string, string> };
  if (!inner) throw new Error("not a secret");
  return inner;
}

function withoutSecrets(inputs: Readonly<Record<string, unknown>>): unknown {
  const isSecret = (value: unknown) =>
    typeof value === "object" && value !== null && SIGNATURE in value;
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isSecret(value)));
}

/** Marks a secret on its way to the engine (sdk/go/common/resource). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const ofType = (resources: readonly Registration[], type: string) =>
  resources.filter((resource) => resource.type === type);

describe("the DigitalOcean stack", () => {
  it("has these resources of the vendor and no others", async () => {
    const { resources } = await build();
    const vendor = resources.filter(({ type }) => type.startsWith("digitalocean:"));
    expect(
      vendor.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort(),
    ).to.deep.equal(
      [
        ...HOSTS.flatMap((host) => [`Droplet ${host}-host`, `Tag ${host}-host-tag`]),
        "Firewall balancer-ready",
        "Firewall balancer-traffic",
        "Firewall network-ssh",
        "LoadBalancer balancer",
        ...["blue", "green", "live", "ready", "stack"].map((tag) => `Tag network-tag-${tag}`),
        "Vpc network",
      ].sort(),
    );
  });

  it("creates droplets of each color's size, with the stack's name and tags", async () => {
    const { resources } = await build();
    const [blue, , green] = ofType(resources, DROPLET);
    expect(blue?.inputs).to.deep.include({
      name: "blue-green-test-blue-1",
      region: "fra1",
      size: "s-2vcpu-2gb",
      image: "debian-13-x64",
      vpcUuid: "vpc-1",
      tags: ["blue-green:test", "blue-green:test:blue", "blue-green:test:host:blue-1"],
    });
    expect(green?.inputs["size"]).to.equal("s-1vcpu-512mb-10gb");
  });

  it("opens SSH to the allowed ranges, traffic to the balancer, and the health port on ready hosts", async () => {
    const { resources } = await build();
    const rules = Object.fromEntries(
      ofType(resources, FIREWALL).map(({ name, inputs }) => [
        name,
        { tags: inputs["tags"], in: inputs["inboundRules"] },
      ]),
    );
    const fromBalancer = { protocol: "tcp", sourceLoadBalancerUids: ["lb-1"] };
    expect(rules).to.deep.equal({
      "network-ssh": {
        tags: ["blue-green:test"],
        in: [{ protocol: "tcp", portRange: "22", sourceAddresses: ["198.51.100.0/24"] }],
      },
      "balancer-traffic": {
        tags: ["blue-green:test"],
        in: [{ ...fromBalancer, portRange: "9080" }],
      },
      "balancer-ready": {
        tags: ["blue-green:test:ready"],
        in: [{ ...fromBalancer, portRange: "9082" }],
      },
    });
  });

  it("lets testers reach the hosts from the named ranges only", async () => {
    const { resources } = await build({ preview: { allowedCidrs: ["192.0.2.0/24"] } });
    const traffic = resources.find(({ name }) => name === "balancer-traffic");
    expect(traffic?.inputs["inboundRules"]).to.deep.include({
      protocol: "tcp",
      portRange: "9080",
      sourceAddresses: ["192.0.2.0/24"],
    });
  });

  it("creates a balancer whose members are a tag", async () => {
    const { resources } = await build();
    const [balancer] = ofType(resources, BALANCER);
    expect(balancer?.inputs).to.deep.include({
      dropletTag: "blue-green:test:live",
      redirectHttpToHttps: false,
      forwardingRules: [
        { entryProtocol: "http", entryPort: 80, targetProtocol: "http", targetPort: 9080 },
      ],
    });
    expect(balancer?.inputs["healthcheck"]).to.deep.include({
      port: 9082,
      checkIntervalSeconds: 3,
    });
    expect(balancer?.inputs).not.to.have.property("stickySessions");
  });

  it("adds HTTPS, sticky sessions and the PROXY protocol when configured", async () => {
    const { resources } = await build({
      tls: { certificate: "example-com" },
      managed: { stickySeconds: 300, proxyProtocol: true },
    });
    const [balancer] = ofType(resources, BALANCER);
    expect(balancer?.inputs["redirectHttpToHttps"]).to.equal(true);
    expect(balancer?.inputs["forwardingRules"]).to.deep.include({
      entryProtocol: "https",
      entryPort: 443,
      targetProtocol: "http",
      targetPort: 9080,
      certificateName: "example-com",
    });
    expect(balancer?.inputs["stickySessions"]).to.deep.include({ cookieTtlSeconds: 300 });
    expect(inputOf(command(resources, "blue-1-sidecar"))).to.include("accept-proxy");
  });

  it("requests a certificate for named domains, and shows it by name", async () => {
    const domains = ["*.example.com", "app.example.com"];
    const { outputs, resources } = await build({ tls: { domains, redirect: false } });
    const [certificate] = ofType(resources, CERTIFICATE);
    expect(certificate?.name).to.equal("blue-green-test-certificate");
    // With a name of our own the provider would delete the old certificate first, which is in use.
    expect(certificate?.inputs).to.deep.equal({ type: "lets_encrypt", domains });
    const [balancer] = ofType(resources, BALANCER);
    expect(balancer?.inputs["redirectHttpToHttps"]).to.equal(false);
    expect(balancer?.inputs["forwardingRules"]).to.deep.include({
      ...{ entryProtocol: "https", entryPort: 443, targetProtocol: "http", targetPort: 9080 },
      certificateName: "blue-green-test-certificate-1a2b3c4",
    });
    expect(await valueOf(outputs.url)).to.equal("https://app.example.com");
    const { url } = JSON.parse(
      String(command(resources, "balancer-route").inputs["stdin"]),
    ) as Record<string, unknown>;
    expect(url).to.equal("https://203.0.113.1/health");
  });

  it("runs app, sidecar, gate and route in this order", async () => {
    const { resources } = await build();
    const before = (name: string) => command(resources, name).dependsOn;
    expect(before("blue-1-host-edge-image")).to.include("blue-1-host-ready");
    expect(before("blue-1")).to.include("blue-image").and.not.to.include("blue-1-host-edge-image");
    expect(before("blue-2")).to.include("blue-2-image");
    expect(before("blue-1-sidecar")).to.include("blue-1-host-edge-image");
    expect(before("gate-blue-1")).to.include.members([
      ...["blue-1", "blue-2", "blue-1-sidecar", "blue-1-host-edge-image"],
    ]);
    expect(before("balancer-route")).to.include.members(["gate-blue-1", "gate-blue-2", "balancer"]);
  });

  it("pulls on each host the image that the color's first host has resolved", async () => {
    const { resources } = await build();
    expect(valuesOf(command(resources, "blue-image"))["IMAGE"]).to.equal(
      "registry.example.com/app:v1",
    );
    expect(valuesOf(command(resources, "blue-2-image"))["IMAGE"]).to.equal(
      "registry.example.com/app@sha256:digest",
    );
  });

  it("publishes the app on the host's private address", async () => {
    const { resources } = await build();
    expect(valuesOf(command(resources, "blue-2"))).to.include({
      NETWORK: "",
      ADDRESS: "10.0.0.12",
    });
    expect(inputOf(command(resources, "blue-2-sidecar"))).to.include("server app 10.0.0.12:8000");
  });

  it("reruns a host's commands on a new droplet, even if it has the old address", async () => {
    const { resources } = await build();
    for (const name of ["blue-1-host-ready", "blue-1-host-edge-image", "blue-1", "gate-blue-1"]) {
      expect(command(resources, name).inputs["triggers"], name).to.deep.equal(["11"]);
    }
  });

  it("connects with known keys, and keeps the private ones secret", async () => {
    const { resources } = await build();
    const connection = secretOf(command(resources, "blue-1").inputs["connection"]);
    expect(connection).to.include({ host: "203.0.113.11", user: "deploy" });
    expect(connection["hostKey"]).to.match(/^ssh-ed25519 /);
    for (const { inputs } of resources) {
      expect(JSON.stringify(withoutSecrets(inputs))).not.to.match(/PRIVATE KEY|ssssssss/);
    }
  });

  it("changes only the gates and the route in a switch", async () => {
    const { resources: before } = await build();
    const { resources: after } = await build(
      { activeColor: "green" },
      {
        wanted: { active: "green", canaryWeight: 0, testers: false },
        routeGeneration: "2026-11-21T11:00:00.000Z",
        activeGate: "2026-11-21T11:00:00.000Z",
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
  });

  it("passes the route's script its input, and the token through the environment", async () => {
    const { resources } = await build();
    const route = command(resources, "balancer-route");
    expect(secretOf(route.inputs["environment"])).to.include({ DIGITALOCEAN_TOKEN: "token" });
    expect(JSON.parse(String(route.inputs["stdin"]))).to.deep.equal({
      active: "blue",
      members: [11, 12],
      stack: "blue-green/test",
      url: "http://203.0.113.1/health",
      drainSeconds: 30,
      generation: Date.parse(TIMES.routeGeneration),
      gate: Date.parse(TIMES.activeGate),
    });
  });

  it("exports the addresses for users and testers", async () => {
    const { outputs } = await build();
    expect(await valueOf(outputs.url)).to.equal("http://203.0.113.1");
    expect(await valueOf(outputs.previewUrl)).to.equal("http://203.0.113.13:9080");
    expect(await valueOf(outputs.activeColor)).to.equal("green");
    expect(outputs.monthlyCost).to.equal(42);
  });
});
