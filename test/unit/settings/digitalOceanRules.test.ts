import { expect } from "chai";
import { settingsFrom } from "../../helpers/settings.ts";

const SECRET = "s".repeat(32);
const CONFIG = {
  target: "digitalocean",
  activeColor: "blue",
  blue: { image: "app:v1" },
  digitalocean: { region: "fra1" },
  ssh: { secret: SECRET, allowedCidrs: ["198.51.100.0/24"] },
};

function problems(
  config: Readonly<Record<string, unknown>>,
  secretKeys: readonly string[] = ["ssh", "registry"],
): string[] {
  try {
    settingsFrom(config, secretKeys);
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

describe("settings for DigitalOcean", () => {
  it("have their own defaults", () => {
    const settings = settingsFrom(CONFIG, ["ssh"]);
    expect(settings.balancer).to.equal("managed");
    expect(settings.edge.port).to.equal(80);
    expect(settings.digitalocean).to.deep.equal({
      region: "fra1",
      size: "s-1vcpu-1gb",
      image: "debian-13-x64",
      account: { token: "token", url: "http://127.0.0.1:1" },
    });
    expect(settings.ssh).to.deep.equal({
      secret: SECRET,
      allowedCidrs: ["198.51.100.0/24"],
      authorizedKeys: [],
    });
  });

  it("name everything that is missing in one message", () => {
    const { target, activeColor, blue } = CONFIG;
    const found = problems({ target, activeColor, blue });
    expect(found.map((line) => line.split(":")[0])).to.deep.equal([
      "digitalocean.region",
      "ssh.secret",
      "ssh.allowedCidrs",
    ]);
    expect(found[1]).to.include("pulumi config set --secret --path ssh.secret");
  });

  it("refuse a secret stored as plain text without printing it", () => {
    const registry = { server: "registry.example.com", username: "ann", password: "pw" };
    expect(problems({ ...CONFIG, registry }, [])).to.deep.equal([
      'ssh.secret: must be stored as a secret. Set it: pulumi config set --secret --path ssh.secret -- "$(pulumi config get --path ssh.secret)"',
      'registry.password: must be stored as a secret. Set it: pulumi config set --secret --path registry.password -- "$(pulumi config get --path registry.password)"',
    ]);
  });

  it("never print an invalid secret", () => {
    const [problem] = problems({ ...CONFIG, ssh: { ...CONFIG.ssh, secret: "hunter2" } });
    expect(problem).to.include("ssh.secret: must be a secret of at least 32 characters.");
    expect(problem).not.to.include("hunter2");
  });

  it("refuse a canary on a balancer without weights, with the way out", () => {
    expect(
      problems({ ...CONFIG, green: { image: "app:v2" }, canary: { weight: 5 } }),
    ).to.deep.equal([
      "canary: DigitalOcean's load balancer has no weights and no header rules. Use the edge, which has both: pulumi config set balancer edge. Or do without: pulumi config rm canary",
    ]);
  });

  it("refuse options of the vendor's load balancer for a single edge", () => {
    const edge = { balancer: "edge", edge: { hosts: 1 } };
    const tls = { certificate: "example-com" };
    expect(problems({ ...CONFIG, ...edge, tls, managed: {} })).to.deep.equal([
      "tls: needs DigitalOcean's load balancer, which an edge on one host does not have. Use two hosts: pulumi config set --path edge.hosts 2. Or do without: pulumi config rm tls",
      "managed: needs DigitalOcean's load balancer, which an edge on one host does not have. Use two hosts: pulumi config set --path edge.hosts 2. Or do without: pulumi config rm managed",
    ]);
    expect(problems({ ...CONFIG, balancer: "edge", tls })).to.deep.equal([]);
  });

  it("refuse a cookie that would keep a client on one edge", () => {
    const managed = { stickySeconds: 300 };
    expect(problems({ ...CONFIG, balancer: "edge", managed })).to.deep.equal([
      "managed.stickySeconds: would keep a client on one edge, not on one host of the app, got 300. Remove it: pulumi config rm --path managed.stickySeconds",
    ]);
    expect(problems({ ...CONFIG, managed })).to.deep.equal([]);
  });

  it("accept a canary on an edge", () => {
    const canary = { green: { image: "app:v2" }, canary: { weight: 5 } };
    expect(problems({ ...CONFIG, ...canary, balancer: "edge" })).to.deep.equal([]);
  });

  it("refuse invalid address ranges, slugs and public keys", () => {
    const found = problems({
      ...CONFIG,
      digitalocean: { region: "Frankfurt 1" },
      ssh: { ...CONFIG.ssh, allowedCidrs: ["home"], authorizedKeys: ["mine"] },
    });
    expect(found.map((line) => line.split(":")[0])).to.deep.equal([
      "digitalocean.region",
      "ssh.allowedCidrs[0]",
      "ssh.authorizedKeys[0]",
    ]);
  });

  it("refuse a preview on hosts that accept only the PROXY protocol", () => {
    const preview = { allowedCidrs: ["192.0.2.0/24"] };
    const managed = { proxyProtocol: true };
    expect(problems({ ...CONFIG, preview, managed })).to.deep.equal([
      "preview.allowedCidrs: must be empty if managed.proxyProtocol is true, because hosts then accept only the PROXY protocol, which no browser speaks. Remove one: pulumi config rm --path preview.allowedCidrs. Or the other: pulumi config rm --path managed.proxyProtocol",
    ]);
    expect(problems({ ...CONFIG, preview })).to.deep.equal([]);
    expect(problems({ ...CONFIG, managed })).to.deep.equal([]);
  });

  it("accept a certificate by name, or domains for a new one", () => {
    expect(settingsFrom({ ...CONFIG, tls: { certificate: "shop" } }, ["ssh"]).tls).to.deep.equal({
      certificate: "shop",
      redirect: true,
    });
    const domains = ["app.example.com", "*.example.com"];
    const tls = { domains, redirect: false };
    expect(settingsFrom({ ...CONFIG, tls }, ["ssh"]).tls).to.deep.equal({
      domains,
      redirect: false,
    });
  });

  it("refuse both together, neither, and invalid domains", () => {
    const both = { certificate: "shop", domains: ["example.com"] };
    expect(problems({ ...CONFIG, tls: both })).to.deep.equal([
      "tls: must have certificate or domains, got both. Remove one: pulumi config rm --path tls.certificate. Or the other: pulumi config rm --path tls.domains",
    ]);
    const [neither = ""] = problems({ ...CONFIG, tls: { redirect: true } });
    expect(neither).to.include("tls: must have certificate or domains, got neither.");
    expect(problems({ ...CONFIG, tls: { domains: [] } })[0]).to.include(
      "must have at least one domain",
    );
    const wrong = ["https://example.com", "localhost", "App.example.com", "a.*.example.com"];
    const found = problems({ ...CONFIG, tls: { domains: wrong } });
    expect(found.map((line) => line.split(":")[0])).to.deep.equal(
      wrong.map((_, at) => `tls.domains[${at}]`),
    );
    expect(found[1]).to.equal(
      "tls.domains[1]: must be a domain in lower case such as app.example.com or *.example.com, " +
        "got \"localhost\". Set it: pulumi config set --path 'tls.domains[1]' app.example.com",
    );
  });

  it("are refused on this machine, where they have no effect", () => {
    const found = problems({ ...CONFIG, target: "local" });
    expect(found).to.deep.equal([
      "digitalocean: has no meaning with target local. Remove it: pulumi config rm digitalocean",
      "ssh: has no meaning with target local. Remove it: pulumi config rm ssh",
    ]);
  });
});
