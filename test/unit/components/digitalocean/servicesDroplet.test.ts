import { expect } from "chai";
import { stackNames } from "../../../../lib/naming.ts";
import { digitalOceanStack } from "../../../../components/digitalocean/dropletStack.ts";
import { PLAN, command, inputOf, valuesOf } from "../../../helpers/components.ts";
import { DROPLET, dropletAnswers } from "../../../helpers/dropletMocks.ts";
import { hostAnswers } from "../../../helpers/hostAnswers.ts";
import { recordResources, valueOf } from "../../../helpers/mocks.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const HOSTS = ["blue-1", "green-1", "edge-1", "services"];
const ANSWERS = {
  ...hostAnswers(HOSTS),
  ...{ "blue-image": "sha256:id\nsha256:digest", "green-image": "sha256:id2\nsha256:digest2" },
  ...{ "blue-1-work-1": "", "green-1-work-1": "", "balancer-route": "blue:0:off" },
  "services-network": "172.18.0.0/16",
  ...Object.fromEntries(
    ["cache", "db"].flatMap((name) => [
      [`service-${name}`, ""],
      [`service-${name}-image`, `sha256:${name}\nsha256:${name}-digest`],
    ]),
  ),
};
const CLOUD = {
  ...dropletAnswers(HOSTS),
  "digitalocean:index/vpc:Vpc": { network: { id: "vpc-1" } },
  "digitalocean:index/reservedIp:ReservedIp": { "balancer-ip": { ipAddress: "203.0.113.1" } },
};
const SERVICES = {
  db: { image: "postgres:17", port: 5432, env: { POSTGRES_PASSWORD: "pw" } },
  cache: { image: "redis:8", port: 6379 },
};

async function build(services: object = SERVICES) {
  const recorder = await recordResources(ANSWERS, CLOUD);
  const settings = settingsFrom(
    {
      ...{ target: "digitalocean", balancer: "edge", edge: { hosts: 1 }, activeColor: "blue" },
      ...{ blue: { image: "app:v1", count: 1 }, green: { image: "app:v2", count: 1 } },
      processes: { work: { command: "work" } },
      digitalocean: { region: "fra1", size: "s-2vcpu-2gb", servicesSize: "s-2vcpu-4gb" },
      ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
      services,
    },
    ["ssh"],
  );
  const outputs = digitalOceanStack({
    ...{ settings, plan: PLAN, names: stackNames("blue-green", "test"), monthlyCost: 42 },
    ...{ hooks: () => undefined, digitalocean: settings.digitalocean!, ssh: settings.ssh! },
  });
  return { outputs, resources: await recorder.registrations() };
}

describe("services on DigitalOcean", () => {
  it("are on one droplet that only a request deletes, and that no size and no image replaces", async () => {
    const { resources } = await build();
    const droplets = resources.filter(({ type }) => type === DROPLET);
    expect(droplets.map(({ name }) => name)).to.deep.equal(
      HOSTS.map((host) => `${host}-host`).sort(),
    );
    const droplet = droplets.find(({ name }) => name === "services-host");
    expect(droplet?.inputs).to.deep.include({
      name: "blue-green-test-services",
      size: "s-2vcpu-4gb",
      tags: ["blue-green:test", "blue-green:test:services", "blue-green:test:host:services"],
    });
    expect(droplet).to.deep.include({
      isProtected: true,
      replaceOnChanges: [],
      ignoreChanges: ["userData", "tags", "image"],
    });
    const app = droplets.find(({ name }) => name === "blue-1-host");
    expect(app).to.deep.include({ isProtected: false, replaceOnChanges: ["size"] });
  });

  it("are open to both colors' droplets only, before their droplet exists", async () => {
    const { resources } = await build();
    const firewall = resources.find(({ name }) => name === "network-services");
    const sourceTags = ["blue-green:test:blue", "blue-green:test:green"];
    expect(firewall?.inputs).to.deep.equal({
      name: "blue-green-test-services",
      tags: ["blue-green:test:services"],
      inboundRules: [
        { protocol: "tcp", portRange: "6379", sourceTags },
        { protocol: "tcp", portRange: "5432", sourceTags },
      ],
    });
    const host = resources.find(
      ({ name, type }) => name === "services-host" && type.endsWith("DropletHost"),
    );
    expect(host?.dependsOn).to.include.members(["network-services", "network-ssh"]);
  });

  it("publish their ports on the private address, and are removed from it with their setting", async () => {
    const { resources } = await build();
    const db = command(resources, "service-db");
    expect(valuesOf(db)).to.include({
      ...{ NETWORK: "blue-green-test", ADDRESS: "10.0.0.14", PORT: "5432" },
      ...{ CONTAINER: "blue-green-test-service-db", VOLUME: "blue-green-test-service-db" },
    });
    expect(valuesOf(db)["FIXED"]).to.match(/^PORT restart services\.db\.port$/m);
    expect(inputOf(db)).to.equal("POSTGRES_PASSWORD=pw");
    expect(db.dependsOn).to.include("services-host-edge-image");
    const container = resources.find(
      ({ name, type }) => name === "service-db" && type.endsWith("ServiceContainer"),
    );
    expect(container?.dependsOn).to.include("services-network");
    expect(db.inputs["delete"]).to.match(/^timeout .*down/);
    expect(command(resources, "blue-1").inputs).not.to.have.property("delete");
  });

  it("are known by name to the app's containers and processes, which wait for them", async () => {
    const { resources } = await build();
    for (const name of ["blue-1", "green-1", "blue-1-work-1"]) {
      const values = valuesOf(command(resources, name));
      expect(values["SERVICES"], name).to.equal("cache:10.0.0.14\ndb:10.0.0.14");
      expect(values["FIXED"], name).to.match(/^SERVICES restart services$/m);
    }
    const pool = resources.find(({ name, type }) => name === "blue" && type.endsWith("ColorPool"));
    expect(pool?.dependsOn).to.include.members(["service-cache", "service-db"]);
  });

  it("are in the outputs", async () => {
    const { outputs } = await build();
    expect(Object.keys(outputs.services ?? {})).to.deep.equal(["cache", "db"]);
    const { digest, ...db } = outputs.services!["db"]!;
    expect(await valueOf(digest)).to.equal("sha256:db-digest");
    expect(db).to.deep.equal({
      ...{ image: "postgres:17", address: "db:5432", container: "blue-green-test-service-db" },
    });
  });

  it("leave no trace in a stack without any", async () => {
    const { outputs, resources } = await build({});
    expect(resources.filter(({ name }) => name.includes("service"))).to.deep.equal([]);
    const { stdin } = command(resources, "blue-1").inputs;
    expect(valuesOf(command(resources, "blue-1"))).not.to.have.property("SERVICES");
    expect(String(stdin).split("up() {")[0]).not.to.contain('"services"');
    expect(outputs).not.to.have.property("services");
  });
});
