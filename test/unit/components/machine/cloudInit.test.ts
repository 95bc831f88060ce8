import { expect } from "chai";
import { cloudInit } from "../../../../components/machine/cloudInit.ts";
import { hostKeys } from "../../../../components/machine/hostKeys.ts";

const keys = hostKeys("a".repeat(32), "shop/prod", "blue-1");
const text = cloudInit({ keys, authorizedKeys: ["ssh-ed25519 AAAA ann@example.com"] });
const config = JSON.parse(text.replace(/^#cloud-config\n/, "")) as {
  ssh_keys: Record<string, string>;
  users: { name: string; ssh_authorized_keys: string[] }[];
  packages: string[];
  runcmd: string[][];
};

describe("the user data of a host", () => {
  it("begins with the line that cloud-init recognizes", () => {
    expect(text.startsWith("#cloud-config\n")).to.equal(true);
  });

  it("contains the host key for the first boot, and not the permanent one", () => {
    expect(config.ssh_keys).to.deep.equal({
      ed25519_private: keys.firstBoot.privateKey,
      ed25519_public: keys.firstBoot.publicKey,
    });
    expect(text).not.to.include(keys.host.publicKey.split(" ")[1]);
  });

  it("admits the deploy key and people, and contains no private deploy key", () => {
    expect(config.users).to.have.length(1);
    expect(config.users[0]).to.deep.include({
      name: "deploy",
      ssh_authorized_keys: [keys.deploy.publicKey, "ssh-ed25519 AAAA ann@example.com"],
    });
    expect(text).not.to.include(JSON.stringify(keys.deploy.privateKey));
  });

  it("installs Docker and security updates from the distribution", () => {
    expect(config.packages).to.include.members(["docker.io", "unattended-upgrades"]);
  });

  it("installs Docker's client when the distribution packages it separately", () => {
    const client = "command -v docker || apt-get install --yes docker-cli";
    expect(config.runcmd[0]).to.deep.equal(["sh", "-c", client]);
  });

  it("configures additional addresses", () => {
    const more = cloudInit({ keys, authorizedKeys: [], addresses: ["10.20.0.5", "10.20.0.6"] });
    expect(more).to.include("ip address replace 10.20.0.6/32 dev lo");
    expect(more).to.match(/"docker\.service",\s+"[^"]+",\s+"blue-green-addresses\.service"/);
    expect(text).not.to.include("blue-green-addresses");
  });
});
