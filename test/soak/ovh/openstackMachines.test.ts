import { expect } from "chai";
import { execa } from "execa";
import { FLAVORS } from "../../../dev/emulators/openstack/cloud/catalog.ts";
import { type Ovh, startOvh } from "../../../dev/emulators/openstack/ovh.ts";
import { type KeyPair, makeKeyPair, runThere } from "../../../dev/emulators/machine/session.ts";
import { eventually } from "../../helpers/asking.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import { docker } from "../../helpers/testStack.ts";

const EVERYBODY = { remote_ip_prefix: "0.0.0.0/0" };
const SUBNET = "10.41.0.0/24";

interface Port {
  readonly id: string;
  readonly fixed_ips: readonly { readonly ip_address: string }[];
}

interface FloatingIp {
  readonly id: string;
  readonly floating_ip_address: string;
}

/** An instance, and the port to reach it on. */
interface Machine {
  readonly id: string;
  readonly port: string;
  readonly address: string;
}

describe("emulated instances that are machines", function () {
  this.timeout(300_000);
  const key = makeKeyPair();
  const hostKey = makeKeyPair();
  let cloud: Ovh;
  let client: OpenStackClient;
  let networkId: string;
  let subnetId: string;
  let group: string;
  let web: Machine;
  let other: Machine;
  let floating: FloatingIp;

  before(async () => {
    cloud = await startOvh();
    client = await OpenStackClient.at(cloud);
    ({ networkId, subnetId } = await client.site(SUBNET));
    group = await openGroup("web", [{ port: 22, ...EVERYBODY }]);
    await client.ask("POST", "/compute/v2.1/os-keypairs", {
      keypair: { name: "me", public_key: key.public },
    });
    [web, other] = await Promise.all([start("web 1"), start("other")]);
    floating = await client.make<FloatingIp>("floatingips", "floatingip", {
      ...{ floating_network_id: await client.externalId(), port_id: web.port },
    });
  });

  after(async () => {
    await cloud.stop();
    expect(cloud.violations).to.deep.equal([]);
    expect(await docker("ps", "--all", "--quiet", "--filter", `label=${cloud.label}`)).to.equal("");
  });

  async function openGroup(name: string, rules: readonly Rule[]): Promise<string> {
    const { id } = await client.make<{ id: string }>("security-groups", "security_group", { name });
    for (const rule of rules) await allow(id, rule);
    return id;
  }

  interface Rule {
    readonly port: number;
    readonly remote_ip_prefix?: string;
    readonly remote_group_id?: string;
  }

  async function allow(security_group_id: string, { port, ...from }: Rule): Promise<string> {
    const rule = await client.make<{ id: string }>("security-group-rules", "security_group_rule", {
      ...{ security_group_id, direction: "ingress", ethertype: "IPv4", protocol: "tcp", ...from },
      ...{ port_range_min: port, port_range_max: port },
    });
    return rule.id;
  }

  async function start(name: string, groups = [group]): Promise<Machine> {
    const port = await client.make<Port>("ports", "port", {
      ...{ network_id: networkId, fixed_ips: [{ subnet_id: subnetId }], security_groups: groups },
    });
    const user_data = Buffer.from(userData(key, hostKey)).toString("base64");
    const networks = [{ port: port.id }];
    const id = await client.server({ name, networks, user_data, key_name: "me" });
    return { id, port: port.id, address: port.fixed_ips[0]?.ip_address ?? "" };
  }

  const run = async (command: string, user = "deploy") => {
    const session = { address: floating.floating_ip_address, user, key, hostKey: hostKey.public };
    const { code, output } = await runThere(session, command);
    expect(code, output).to.equal(0);
    return output.trim();
  };

  const act = async (id: string, action: object, becomes: string) => {
    const answer = await client.ask("POST", `/compute/v2.1/servers/${id}/action`, action);
    expect(answer.status, JSON.stringify(answer.body)).to.be.lessThan(300);
    await client.becomes(id, becomes);
  };

  const lead = async (port_id: string | null) => {
    const path = `/network/v2.0/floatingips/${floating.id}`;
    const answer = await client.ask("PUT", path, { floatingip: { port_id } });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
  };

  const containerOf = (id: string) =>
    docker("ps", "--all", "--quiet", "--filter", `label=${cloud.label}`, "--filter", `name=${id}`);

  /** Connects from this machine, which is part of the internet. */
  const isOpen = async (port: number, address = floating.floating_ip_address) => {
    const ask = await execa("curl", ["--silent", "--max-time", "2", `${address}:${port}`], {
      reject: false,
    });
    // A refused connection means the port is open too: a packet came back. 28 is curl's timeout, 7
    // no connection.
    return ask.exitCode !== 28 && !/No route/.test(ask.stderr);
  };

  const sees = (what: string, look: () => Promise<boolean>, wanted = true) =>
    eventually(what, look, (seen) => seen === wanted);

  /** Connects from the other machine, through its container. */
  const reaches = async (port: number) => {
    const command = ["curl", "--silent", "--max-time", "2", `${web.address}:${port}`];
    const asked = await execa("docker", ["exec", await containerOf(other.id), ...command], {
      reject: false,
    });
    return asked.exitCode !== 28;
  };

  it("boot with the given user data, and with the key pair for the image's user", async () => {
    expect(await run("cloud-init status --wait")).to.include("status: done");
    expect(await run("cat /etc/marker && hostname")).to.equal("mine\nweb-1");
    expect(await run("whoami", "debian")).to.equal("debian");
    expect(await run("ip -4 addr show")).to.include(`inet ${web.address}/`);
    expect(await run("sudo docker info --format '{{.Driver}}'")).to.equal("overlay2");
  });

  it("serve at a floating IP what listens only on the fixed address", async () => {
    const serve = `sudo systemd-run --unit web python3 -m http.server 8080 --bind ${web.address}`;
    await run(`${serve} --directory /etc`);
    expect(await isOpen(8080), "before there is a rule").to.equal(false);
    const rule = await allow(group, { port: 8080, ...EVERYBODY });
    const marker = async () =>
      await fetch(`http://${floating.floating_ip_address}:8080/marker`).then(
        (answer) => answer.text(),
        () => "",
      );
    await eventually("an answer", marker, (text) => text === "mine\n");
    await client.ask("DELETE", `/network/v2.0/security-group-rules/${rule}`);
    await sees("closed again", () => isOpen(8080), false);
  });

  it("admit only the allowed address ranges and groups", async () => {
    expect(await reaches(8080)).to.equal(false);
    const range = await allow(group, { port: 8080, remote_ip_prefix: SUBNET });
    await sees("open to the subnet", () => reaches(8080));
    expect(await isOpen(8080), "from outside").to.equal(false);
    await client.ask("DELETE", `/network/v2.0/security-group-rules/${range}`);
    await sees("closed to the subnet", () => reaches(8080), false);
    const friends = await openGroup("friends", []);
    await allow(group, { port: 8080, remote_group_id: friends });
    const join = async (security_groups: readonly string[]) =>
      await client.ask("PUT", `/network/v2.0/ports/${other.port}`, { port: { security_groups } });
    expect(await reaches(8080), "before it is in the group").to.equal(false);
    await join([group, friends]);
    await sees("open to the group", () => reaches(8080));
    await join([group]);
    await sees("closed to who has left", () => reaches(8080), false);
  });

  it("send outbound traffic only where their rules allow it", async () => {
    const { body } = await client.ask<{ security_group_rules: { id: string }[] }>(
      ...["GET", `/network/v2.0/security-group-rules?security_group_id=${group}&direction=egress`],
    );
    const container = await containerOf(web.id);
    const out = async () => {
      const command = ["exec", container, "curl", "--silent", "--max-time", "1", other.address];
      return (await execa("docker", [...command], { reject: false })).exitCode !== 28;
    };
    await allow(group, { port: 80, remote_ip_prefix: SUBNET });
    await sees("let out", out);
    for (const { id } of body.security_group_rules) {
      await client.ask("DELETE", `/network/v2.0/security-group-rules/${id}`);
    }
    await sees("held back", out, false);
    expect(await run("echo answers")).to.equal("answers");
    await client.make("security-group-rules", "security_group_rule", {
      ...{ security_group_id: group, direction: "egress", ethertype: "IPv4" },
    });
    await sees("let out again", out);
  });

  it("lose a floating IP that moves to another machine, which gets it immediately", async () => {
    expect(await run("hostname")).to.equal("web-1");
    await lead(other.port);
    await eventually(
      "the other one",
      () => run("hostname").catch(() => ""),
      (name) => name === "other",
    );
    await lead(null);
    await sees("nobody", () => isOpen(22), false);
    await lead(web.port);
    await sees("back", () => isOpen(22));
    expect(await run("hostname")).to.equal("web-1");
  });

  it("stop, start and reboot with disk, firewall and floating IP intact", async () => {
    await run("echo kept | sudo tee /root/kept");
    await act(web.id, { "os-stop": null }, "SHUTOFF");
    expect(await docker("inspect", "-f", "{{.State.Running}}", await containerOf(web.id))).to.equal(
      "false",
    );
    expect(await isOpen(22)).to.equal(false);
    await act(web.id, { "os-start": null }, "ACTIVE");
    const booted = await run("sudo cat /root/kept && cat /proc/1/stat | cut -d' ' -f22");
    expect(booted).to.match(/^kept\n/);
    await act(web.id, { reboot: { type: "SOFT" } }, "ACTIVE");
    expect(await run("cat /proc/1/stat | cut -d' ' -f22")).not.to.equal(booted.split("\n")[1]);
    await act(web.id, { reboot: { type: "HARD" } }, "ACTIVE");
    expect(await run("sudo cat /root/kept")).to.equal("kept");
  });

  it("keep their disk in a resize, and get an empty one in a rebuild", async () => {
    const flavor = (name: string) => FLAVORS.find((it) => it.name === name)!.id;
    const memory = async () =>
      Number(await docker("inspect", "-f", "{{.HostConfig.Memory}}", await containerOf(web.id)));
    const before = await memory();
    await act(web.id, { resize: { flavorRef: flavor("d2-4") } }, "VERIFY_RESIZE");
    await act(web.id, { confirmResize: null }, "ACTIVE");
    expect(await memory()).to.equal(2 * before);
    expect(await run("sudo cat /root/kept")).to.equal("kept");
    const view = await client.view(web.id);
    const { id: imageRef } = view["image"] as { id: string };
    await act(web.id, { rebuild: { imageRef } }, "ACTIVE");
    expect(await run("cloud-init status --wait")).to.include("status: done");
    expect(await run("sudo ls /root")).to.equal("");
  });

  it("leave nothing behind when deleted", async () => {
    for (const { id } of [web, other]) {
      expect((await client.ask("DELETE", `/compute/v2.1/servers/${id}`)).status).to.equal(204);
    }
    const servers = () => Promise.resolve(cloud.leftovers()["servers"]);
    await eventually("no servers", servers, (count) => count === 0);
    expect(await containerOf(web.id)).to.equal("");
    await sees("nobody at the floating IP", () => isOpen(22), false);
  });
});

function userData(user: KeyPair, host: KeyPair): string {
  const deploy = {
    ...{ name: "deploy", shell: "/bin/bash", sudo: "ALL=(ALL) NOPASSWD:ALL" },
    ssh_authorized_keys: [user.public],
  };
  const config = {
    users: ["default", deploy],
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: host.private, ed25519_public: host.public },
    write_files: [{ path: "/etc/marker", content: "mine\n" }],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}
