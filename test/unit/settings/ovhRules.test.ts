import { expect } from "chai";
import { OPENSTACK, settingsFrom } from "../../helpers/settings.ts";

const CONFIG = {
  target: "ovh",
  activeColor: "blue",
  blue: { image: "app:v1" },
  ovh: { region: "GRA11" },
  ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
};
const SECRET_REF =
  "https://key-manager.gra.cloud.ovh.net/v1/containers/4f7a6c10-9a1e-4f55-8d2c-0b1f6a7d8e90";

function problems(
  config: Readonly<Record<string, unknown>>,
  account: typeof OPENSTACK = OPENSTACK,
): string[] {
  try {
    settingsFrom(config, ["ssh"], account);
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}
const named = (lines: readonly string[]) => lines.map((line) => line.split(": ")[0]);

describe("settings for OVH", () => {
  it("have their own defaults", () => {
    const settings = settingsFrom(CONFIG, ["ssh"]);
    expect(settings.balancer).to.equal("managed");
    expect(settings.edge.port).to.equal(80);
    expect(settings.ovh).to.deep.equal({
      region: "GRA11",
      flavor: "b3-8",
      image: "Debian 13",
      externalNetwork: "Ext-Net",
      networkCidr: "10.20.0.0/16",
      account: {
        ...OPENSTACK,
        ...{ region: "GRA11", userDomainId: "default", projectDomainId: "default" },
      },
    });
  });

  it("name everything that is missing in one message", () => {
    const { target, activeColor, blue } = CONFIG;
    const found = problems({ target, activeColor, blue }, {});
    expect(named(found)).to.deep.equal([
      "ovh.region",
      "ssh.secret",
      "ssh.allowedCidrs",
      "openstack:userName",
      "openstack:password",
      "openstack:tenantId",
    ]);
    expect(found[1]).to.match(/^ssh.secret: must be set with target ovh\. Set it: pulumi/);
  });

  it("accept flavors and images under any name that a cloud may use", () => {
    const ovh = { region: "RegionOne", flavor: "SCS-2V-4", image: "Ubuntu 24.04 (LTS)" };
    const green = { image: "app:v2", size: "m1.small" };
    expect(problems({ ...CONFIG, ovh, green })).to.deep.equal([]);
    expect(named(problems({ ...CONFIG, ovh: { region: "Gra 11", flavor: "" } }))).to.deep.equal([
      "ovh.region",
      "ovh.flavor",
    ]);
  });

  it("accept a private range for the stack's network that does not overlap Docker's", () => {
    const found = (networkCidr: string) =>
      problems({ ...CONFIG, ovh: { ...CONFIG.ovh, networkCidr } });
    for (const range of ["10.0.0.0/16", "172.31.240.0/20", "192.168.7.192/26"]) {
      expect(found(range), range).to.deep.equal([]);
    }
    const wrong = [
      "10.0.0.0/8",
      "10.20.0.1/16",
      "192.168.7.0/27",
      "172.32.0.0/16",
      "fd00::/64",
      "10",
    ];
    for (const range of wrong) {
      expect(found(range), range).to.deep.equal([
        `ovh.networkCidr: must be a private IPv4 range from /16 to /26 with its first address, such as 10.20.0.0/16, got "${range}". Set it: pulumi config set --path ovh.networkCidr 10.20.0.0/16`,
      ]);
    }
    expect(found("172.17.8.0/24")[0]).to.match(
      /^ovh.networkCidr: must not overlap 172.17.0.0\/16, which Docker uses on every host, got/,
    );
  });

  it("accept a range with room for all hosts and their replacements", () => {
    const ovh = { ...CONFIG.ovh, networkCidr: "192.168.7.0/26" };
    const found = (count: number, more = {}) =>
      problems({ ...CONFIG, ovh, blue: { image: "app:v1", count }, ...more });
    expect(found(27)).to.deep.equal([]);
    expect(found(28)).to.deep.equal([
      "ovh.networkCidr: must have room for 65 addresses, for 28 hosts and their replacements, but has 64. Set it: pulumi config set --path ovh.networkCidr 10.20.0.0/16",
    ]);
    expect(named(found(24, { balancer: "edge" }))).to.deep.equal(["ovh.networkCidr"]);
  });

  it("accept a canary on Octavia", () => {
    const canary = { green: { image: "app:v2" }, canary: { weight: 5, cookie: "canary=1" } };
    expect(problems({ ...CONFIG, ...canary })).to.deep.equal([]);
  });

  it("refuse what Octavia does not support, or has under another name", () => {
    const managed = { stickySeconds: 300, proxyProtocol: true };
    expect(problems({ ...CONFIG, managed })).to.deep.equal([
      "managed.stickySeconds: Octavia's cookies end with the browser's session, got 300. Use those: pulumi config rm --path managed.stickySeconds && pulumi config set --path ovh.persistence cookie. Or do without: pulumi config rm --path managed.stickySeconds",
      "managed.proxyProtocol: must be false with target ovh: hosts get the client's address in the header X-Forwarded-For. Remove it: pulumi config rm --path managed.proxyProtocol",
    ]);
    expect(problems({ ...CONFIG, managed: { idleTimeoutSeconds: 120 } })).to.deep.equal([]);
  });

  it("keep a client on its host by source address or cookie", () => {
    const ovh = { region: "GRA11", persistence: "cookie" };
    expect(settingsFrom({ ...CONFIG, ovh }, ["ssh"]).ovh?.persistence).to.equal("cookie");
    expect(problems({ ...CONFIG, ovh: { ...ovh, persistence: "header" } })).to.deep.equal([
      'ovh.persistence: must be sourceIp or cookie, got "header". Set it: pulumi config set --path ovh.persistence cookie',
    ]);
  });

  it("refuse for an edge what only Octavia supports", () => {
    const ovh = { region: "GRA11", loadBalancerFlavor: "small", persistence: "cookie" };
    const config = {
      ...CONFIG,
      balancer: "edge",
      ovh,
      tls: { secretRef: SECRET_REF },
      managed: {},
    };
    const found = problems(config);
    expect(named(found)).to.deep.equal([
      "tls",
      "managed",
      "ovh.loadBalancerFlavor",
      "ovh.persistence",
    ]);
    expect(found[2]).to.equal(
      "ovh.loadBalancerFlavor: needs Octavia, which an edge does not use. Use it: pulumi config set balancer managed. Or do without: pulumi config rm --path ovh.loadBalancerFlavor",
    );
  });

  it("accept a certificate from the key manager, and none by name", () => {
    const tls = { secretRef: SECRET_REF, domains: ["app.example.com"] };
    expect(settingsFrom({ ...CONFIG, tls }, ["ssh"]).tls).to.deep.equal({ ...tls, redirect: true });
    expect(problems({ ...CONFIG, tls: { ...tls, secretRef: "containers/1" } })[0]).to.match(
      /^tls.secretRef: must be the URL of a container or a secret in the key manager, got/,
    );
    expect(problems({ ...CONFIG, tls: { redirect: false } })).to.deep.equal([
      "tls.secretRef: must name a certificate in the key manager (openstack secret list). Set it: pulumi config set --plaintext --path tls.secretRef https://key-manager.gra.cloud.ovh.net/v1/secrets/00000000-0000-4000-8000-000000000000",
    ]);
    const other = { certificate: "shop", domains: ["example.com"] };
    expect(named(problems({ ...CONFIG, tls: other }))).to.deep.equal(["tls.certificate"]);
  });

  it("set the port HTTP redirects to, or close HTTP", () => {
    const secretRef = SECRET_REF;
    for (const domains of [undefined, ["*.example.com"]]) {
      const tls = { secretRef, ...(domains && { domains }) };
      expect(named(problems({ ...CONFIG, tls }))).to.deep.equal(["tls.domains"]);
    }
    expect(problems({ ...CONFIG, tls: { secretRef, redirect: false } })).to.deep.equal([]);
  });

  it("are refused on other targets, and refuse those of other clouds", () => {
    expect(problems({ ...CONFIG, digitalocean: { region: "fra1" } })).to.deep.equal([
      "digitalocean: has no meaning with target ovh. Remove it: pulumi config rm digitalocean",
    ]);
    expect(named(problems({ ...CONFIG, target: "local" }))).to.deep.equal(["ovh", "ssh"]);
    const digitalocean = { region: "fra1" };
    const tls = { secretRef: SECRET_REF };
    const there = { ...CONFIG, target: "digitalocean", digitalocean };
    expect(named(problems({ ...there, tls }))).to.deep.equal(["ovh", "tls.secretRef"]);
  });
});
