import { expect } from "chai";
import { secretWarnings } from "../../../../components/openstack/access.ts";
import {
  type OpenStackAvailability,
  openStackProblems,
} from "../../../../components/openstack/preflight.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const CONFIG = {
  target: "ovh",
  activeColor: "blue",
  blue: { image: "app:v1", count: 2 },
  ovh: { region: "GRA11" },
  ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
};
const flavor = (name: string, vcpus: number, ram: number) => ({
  ...{ id: `id of ${name}`, name, vcpus, ram },
});
const OFFER: OpenStackAvailability = {
  flavors: [flavor("b3-8", 2, 8000), flavor("b3-16", 4, 16000)],
  images: ["Windows Server 2022", "Debian 13"],
  externalNetworks: ["Ext-Net"],
  hasBalancers: true,
  balancerFlavors: [],
  quotas: {},
  instances: [],
  hasBalancer: false,
  ranges: [],
};

const problems = (config: object, availability: Partial<OpenStackAvailability> = {}) =>
  openStackProblems(settingsFrom({ ...CONFIG, ...config }, ["ssh"]), { ...OFFER, ...availability });
const instance = (hostName: string, size = "b3-8") => ({
  ...{ id: `id of ${hostName}`, hostName, flavorId: `id of ${size}` },
});

describe("the preflight of an OpenStack project", () => {
  it("passes when everything is available", () => {
    expect(problems({})).to.deep.equal([]);
    expect(problems({ balancer: "edge" }, { hasBalancers: false })).to.deep.equal([]);
  });

  it("reports everything that is missing in one message", () => {
    const ovh = { ...CONFIG.ovh, image: "Debian 11", externalNetwork: "public" };
    const green = { image: "app:v2", size: "m1" };
    const found = problems({ ovh, green }, { hasBalancers: false });
    expect(found).to.deep.equal([
      `green.size: the region has no flavor "m1"; it has: "b3-8", "b3-16". Set it: pulumi config set --path green.size 'b3-8'`,
      `ovh.image: the region has no image "Debian 11"; it has: "Debian 13", "Windows Server 2022". Set it: pulumi config set --path ovh.image 'Debian 13'`,
      `ovh.externalNetwork: the region has no external network "public"; it has: "Ext-Net". Set it: pulumi config set --path ovh.externalNetwork 'Ext-Net'`,
      "balancer: GRA11 has no load balancers (Octavia). Use the edge (pulumi config set balancer edge), or another region",
    ]);
  });

  it("requires that the cloud could create all instances", () => {
    const instances = [instance("blue-1"), { ...instance("blue-2"), isUnmade: true as const }];
    expect(problems({}, { instances })).to.deep.equal([
      "The cloud could not create the instance of blue-2 (ERROR), usually for lack of capacity. Delete it and let pulumi up replace it:\n  openstack server delete --wait id of blue-2\n  pulumi up --refresh",
    ]);
  });

  it("requires exactly one image of the name", () => {
    const [problem] = problems({}, { images: ["Debian 13", "Debian 13"] });
    expect(problem).to.match(/^ovh.image: the region has 2 images named "Debian 13"/);
  });

  it("requires Octavia's flavor and the certificate when they are configured", () => {
    const ovh = { ...CONFIG.ovh, loadBalancerFlavor: "tiny" };
    const availability = { balancerFlavors: ["small", "large"], secret: "absent" } as const;
    const found = problems({ ovh }, availability);
    expect(found[0]).to.match(/^ovh.loadBalancerFlavor: the region has no load balancer flavor/);
    expect(found[1]).to.match(/^tls.secretRef: the key manager has nothing at/);
    expect(problems({}, { secret: "readable" })).to.deep.equal([]);
  });

  it("requires read access to the certificate, and only warns once the load balancer exists", () => {
    const forbidden = { secret: "forbidden" } as const;
    expect(problems({}, forbidden)[0]).to.match(
      /^tls.secretRef: this user may not read .* \(403\)/,
    );
    expect(problems({}, { ...forbidden, hasBalancer: true })).to.deep.equal([]);
    const warnings = (hasBalancer: boolean) =>
      secretWarnings(settingsFrom(CONFIG, ["ssh"]), { ...forbidden, hasBalancer });
    expect(warnings(false)).to.deep.equal([]);
    expect(warnings(true)[0]).to.include("Give the user the role KeyManager Read");
  });
});

describe("the range of a stack's network", () => {
  const ovh = { ...CONFIG.ovh, networkCidr: "10.30.0.0/16" };
  const ranges = ["10.20.0.0/16"];

  it("stays while a host or a load balancer has an address in it", () => {
    for (const there of [{ instances: [instance("blue-1")] }, { hasBalancer: true }]) {
      expect(problems({}, { ...there, ranges })).to.deep.equal([]);
      expect(problems({ ovh }, { ...there, ranges })).to.deep.equal([
        'ovh.networkCidr: must stay 10.20.0.0/16, got "10.30.0.0/16": hosts and balancer have their addresses in this range. Make a second stack, or destroy this one first.',
      ]);
    }
  });

  it("may change while it is unused", () => {
    expect(problems({ ovh }, { ranges })).to.deep.equal([]);
    expect(problems({ ovh }, { hasBalancer: true })).to.deep.equal([]);
  });
});

describe("the container for a stack's artifacts", () => {
  const ovh = { ...CONFIG.ovh, artifactContainer: "shop" };
  const found = (artifacts?: OpenStackAvailability["artifacts"]) =>
    problems({ ovh }, { ...(artifacts && { artifacts }) });

  it("passes when it is writable or cannot be checked", () => {
    expect([...found("writable"), ...found()]).to.deep.equal([]);
  });

  it("is reported with the fix when it is missing or inaccessible", () => {
    expect(found("absent")).to.deep.equal([
      'ovh.artifactContainer: the container "shop" does not exist. Create it: openstack container create shop. Or do without: pulumi config rm --path ovh.artifactContainer',
    ]);
    expect(found("readable")[0]).to.match(
      /"shop" can't be written by this user\. Give the user the role/,
    );
    expect(found("forbidden")[0]).to.match(
      /"shop" can't be read by this user\. Give the user the role/,
    );
    expect(found("no service")[0]).to.include("GRA11 has no object storage (Swift)");
  });
});

describe("the quotas that a stack requires", () => {
  const full = (name: string) => ({ quotas: { [name]: { limit: 20, used: 20 } } });

  it("cover hosts, their cores and memory, ports and addresses, and their network", () => {
    const more = (name: string) => /needs (\d+) more/.exec(problems({}, full(name))[0] ?? "")?.[1];
    expect(more("instances")).to.equal("2");
    expect(more("cores")).to.equal("4");
    expect(more("MB of memory")).to.equal("16000");
    expect(more("ports")).to.equal("5");
    expect(more("floating IPs")).to.equal("3");
    expect(more("networks")).to.equal("1");
    expect(more("security groups")).to.equal("2");
    expect(more("load balancers")).to.equal("1");
  });

  it("are reported with the fix when exceeded", () => {
    const quotas = { instances: { limit: 20, used: 19 } };
    expect(problems({}, { quotas })).to.deep.equal([
      "The project may have 20 instances in GRA11 and has 19; this stack needs 2 more. Lower blue.count or green.count, remove unused ones, or ask the vendor for a higher quota.",
    ]);
    expect(problems({}, { quotas: { instances: { limit: 20, used: 18 } } })).to.deep.equal([]);
  });

  it("exclude what exists already", () => {
    const there = { instances: [instance("blue-1"), instance("blue-2")], hasBalancer: true };
    for (const name of ["instances", "cores", "ports", "floating IPs", "load balancers"]) {
      expect(problems({}, { ...there, ...full(name) })).to.deep.equal([]);
    }
  });

  it("include the machine of the services once, which nothing recreates", () => {
    const services = { db: { image: "postgres:17", port: 5432 } };
    const there = [instance("blue-1"), instance("blue-2")];
    const more = (instances: typeof there, name: string) => {
      const ovh = { ...CONFIG.ovh, servicesFlavor: "b3-16" };
      const seen = { instances, hasBalancer: true, ...full(name) };
      const [problem = ""] = problems({ services, ovh }, seen);
      return /needs (\d+) more/.exec(problem)?.[1];
    };
    for (const name of ["instances", "ports", "floating IPs", "security groups"]) {
      expect(more(there, name), name).to.equal("1");
      expect(more([...there, instance("services")], name), name).to.equal(undefined);
    }
    expect(more(there, "cores")).to.equal("4");
  });

  it("include all of a recreated host except its floating IP", () => {
    const instances = [instance("blue-1"), { ...instance("blue-2"), image: "Debian 13" }];
    const there = { images: ["Debian 13", "Debian 12"], instances, hasBalancer: true };
    const more = (ovh: object, name: string) => {
      const [problem = ""] = problems(
        { ovh: { ...CONFIG.ovh, ...ovh } },
        { ...there, ...full(name) },
      );
      return /needs (\d+) more/.exec(problem)?.[1];
    };
    expect(more({ flavor: "b3-16" }, "cores")).to.equal("8");
    expect(more({ flavor: "b3-16" }, "instances")).to.equal("2");
    expect(more({ flavor: "b3-16" }, "floating IPs")).to.equal(undefined);
    // The resources of the first one are unknown.
    expect(more({ image: "Debian 12" }, "ports")).to.equal("1");
  });

  it("include an edge's hosts, but no load balancer", () => {
    const edge = { balancer: "edge" };
    expect(problems(edge, full("load balancers"))).to.deep.equal([]);
    expect(problems(edge, full("instances"))[0]).to.include("needs 4 more");
  });
});
