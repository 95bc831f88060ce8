import { expect } from "chai";
import { createPrivateKey, X509Certificate } from "node:crypto";
import {
  backendNames,
  balancerConfig,
  SLOTS,
} from "../../../../dev/emulators/digitalocean/plane/balancerConfig.ts";
import type { BalancerSettings } from "../../../../dev/emulators/digitalocean/plane/balancers.ts";
import { Authority } from "../../../../dev/emulators/digitalocean/plane/certificate.ts";
import { networkAt } from "../../../../dev/emulators/networks/networks.ts";
import { netmaskOf, overlap, upperHalf } from "../../../../dev/emulators/networks/subnet.ts";
import {
  admit,
  dismiss,
  parseServers,
} from "../../../../dev/emulators/digitalocean/plane/runtime.ts";

const HTTP = { entry_protocol: "http", entry_port: 80, target_protocol: "http", target_port: 8080 };
const HTTPS = { ...HTTP, entry_protocol: "https", entry_port: 443, certificate_id: "x" };

const SETTINGS: BalancerSettings = {
  forwarding_rules: [HTTP],
  health_check: {
    ...{ protocol: "http", port: 8082, path: "/ready", check_interval_seconds: 3 },
    ...{ response_timeout_seconds: 4, unhealthy_threshold: 2, healthy_threshold: 5 },
  },
  sticky_sessions: { type: "none" },
  redirect_http_to_https: false,
  enable_proxy_protocol: false,
  enable_backend_keepalive: false,
  http_idle_timeout_seconds: 60,
  firewall: { allow: [], deny: [] },
};

describe("the configuration of an emulated load balancer", () => {
  const config = (more: Partial<BalancerSettings> = {}) =>
    balancerConfig({ settings: { ...SETTINGS, ...more }, slots: [], known: [] });

  it("checks members as configured, without retries", () => {
    const text = config();
    expect(text).to.include("  default-server check port 8082 inter 3s rise 5 fall 2\n");
    expect(text).to.include("  option httpchk GET /ready\n  timeout check 4s\n");
    expect(text).to.include("  retries 0\n").and.not.to.include("redispatch");
    expect(text.match(/^ {2}server .* disabled$/gm)).to.have.length(SLOTS);
  });

  it("shares one backend between rules with the same target", () => {
    const rules = { forwarding_rules: [HTTP, HTTPS, { ...HTTP, entry_port: 81, target_port: 81 }] };
    expect(backendNames({ ...SETTINGS, ...rules })).to.deep.equal(["to_http_8080", "to_http_81"]);
  });

  it("redirects port 80 whether or not a rule names it", () => {
    const redirected = { forwarding_rules: [HTTPS], redirect_http_to_https: true };
    expect(config(redirected)).to.match(/frontend on_80\n {2}bind :80\n.*redirect scheme https/);
    const both = config({ ...redirected, forwarding_rules: [HTTP, HTTPS] });
    expect(both.match(/bind :80\n/g)).to.have.length(1);
    expect(both).to.match(/frontend on_80\n {2}bind :80\n.*redirect scheme https/);
  });

  it("has sticky cookies, PROXY protocol and a firewall when configured", () => {
    const text = config({
      sticky_sessions: { type: "cookies", cookie_name: "LB", cookie_ttl_seconds: 30 },
      enable_proxy_protocol: true,
      firewall: { allow: ["cidr:10.0.0.0/8", "ip:192.0.2.1"], deny: ["ip:10.0.0.9"] },
    });
    expect(text).to.include("  cookie LB insert indirect nocache maxlife 30s\n");
    expect(text).to.match(/ {2}server m0 .* cookie m0 disabled\n/);
    expect(text).to.include("fall 2 send-proxy\n");
    expect(text).to.include(
      "reject if { src 10.0.0.9 }\n  tcp-request connection reject unless { src 10.0.0.0/8 192.0.2.1 }",
    );
  });

  it("keeps the members of a known backend in the file", () => {
    const slots = [undefined, { dropletId: 1, address: "10.0.0.2" }];
    const known = ["to_http_8080"];
    const text = balancerConfig({ settings: SETTINGS, slots, known });
    expect(text).to.include("  server m0 0.0.0.0:8080 disabled\n  server m1 10.0.0.2:8080\n");
  });
});

describe("the runtime commands of an emulated load balancer", () => {
  const slots = [{ dropletId: 1, address: "10.0.0.2" }];

  it("admit a member as down, and remove one", () => {
    expect(admit(["to_http_8080"], slots, [0])).to.deep.equal([
      "set server to_http_8080/m0 addr 10.0.0.2 port 8080",
      "set server to_http_8080/m0 state ready",
      "set server to_http_8080/m0 health down",
    ]);
    expect(dismiss(SETTINGS, [0])).to.deep.equal([
      "set server to_http_8080/m0 state maint",
      "shutdown sessions server to_http_8080/m0",
    ]);
  });

  it("distinguish a removed member from one that is only in the file", () => {
    const text =
      "1\n# be_id be_name ...\n3 be 1 m0 10.0.0.2 2 4 1 1 9\n3 be 2 m1 0.0.0.0 0 5 1 1 9\n";
    expect(parseServers(text)).to.deep.equal([
      { backend: "be", name: "m0", address: "10.0.0.2", operation: 2, isInMaintenance: false },
      { backend: "be", name: "m1", address: "0.0.0.0", operation: 0, isInMaintenance: true },
    ]);
  });
});

describe("the base of an emulated load balancer", () => {
  it("has an authority, and certificates signed by it", () => {
    const authority = new Authority("tests");
    const root = new X509Certificate(authority.certificate);
    expect([root.ca, root.verify(root.publicKey)]).to.deep.equal([true, true]);
    const issued = authority.issue(["192.0.2.7", "*.example.com"]);
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.checkIP("192.0.2.7")).to.equal("192.0.2.7");
    expect(certificate.checkHost("app.example.com")).to.equal("*.example.com");
    expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).to.equal(true);
    expect(certificate.verify(root.publicKey) && certificate.checkIssued(root)).to.equal(true);
  });

  it("has a network that assigns addresses from its lower half", () => {
    const network = networkAt("small", "10.1.2.0/29");
    expect([network.gateway, upperHalf(network.subnet), netmaskOf(network.subnet)]).to.deep.equal([
      ...["10.1.2.1", "10.1.2.4/30", "255.255.255.248"],
    ]);
    expect([network.allocate(), network.allocate()]).to.deep.equal(["10.1.2.2", "10.1.2.3"]);
    expect(() => network.allocate()).to.throw("no address left");
    network.release("10.1.2.2");
    expect(network.allocate()).to.equal("10.1.2.2");
    expect(overlap("10.0.0.0/8", "10.1.2.0/24")).to.equal(true);
    expect(overlap("10.1.0.0/24", "10.1.1.0/24")).to.equal(false);
  });
});
