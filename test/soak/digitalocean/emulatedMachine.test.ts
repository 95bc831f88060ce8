import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Machine, createMachine } from "../../../dev/emulators/machine/machine.ts";
import { labelled, removeMachines } from "../../../dev/emulators/machine/remove.ts";
import { type KeyPair, makeKeyPair, runThere } from "../../../dev/emulators/machine/session.ts";
import { DockerNetworks } from "../../../dev/emulators/networks/dockerNetworks.ts";
import type { Network } from "../../../dev/emulators/networks/networks.ts";
import { type Registry, startRegistry } from "../../../dev/emulators/registry/registry.ts";
import { buildApp } from "../../helpers/images.ts";
import { docker } from "../../helpers/testStack.ts";

const RUN = randomBytes(4).toString("hex");
const LABEL = `blue-green.test=${RUN}`;
const LABELS = { "blue-green.test": RUN };
const PUBLIC = `machine-test-${RUN}-public`;
const VPC = `machine-test-${RUN}-vpc`;
const LOGIN = { user: "puller", password: "a word of three" };
const SSH = { protocol: "tcp", ports: "22", sources: ["0.0.0.0/0"] } as const;

/** How the product's containers run. */
const HARDENED =
  "--user 10001:10001 --cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp " +
  "--memory 128m --cpus 0.5 --cpu-shares 512 --pids-limit 64 --restart unless-stopped --pull never";

describe("an emulated machine", () => {
  const hostKey = makeKeyPair();
  const userKey = makeKeyPair();
  let networks: Network[];
  let app: string;
  let machine: Machine;
  let neighbour: Machine;
  let registry: Registry;

  const start = (name: string, preloadImages: readonly string[]) =>
    createMachine({
      name: `machine-test-${RUN}-${name}`,
      labels: LABELS,
      networks: networks.map((network) => ({
        network: network.name,
        address: network.allocate(),
      })),
      instanceId: `${RUN}-${name}`,
      userData: userData(userKey, hostKey),
      preloadImages,
    });

  /** Connects over SSH to the public address, as the user created by user data. */
  const run = (target: Machine, command: string, input?: string) => {
    const address = target.addresses[PUBLIC] ?? "";
    const session = { address, user: "deploy", key: userKey, hostKey: hostKey.public };
    return runThere(session, command, input);
  };

  const mustRun = async (target: Machine, command: string, input?: string) => {
    const { code, output } = await run(target, command, input);
    if (code !== 0) {
      throw new Error(`${command} ended with ${code}:\n${output}\n${await target.console()}`);
    }
    return output.trim();
  };

  const healthOf = (target: Machine, container: string) =>
    mustRun(target, `docker inspect -f '{{.State.Health.Status}}' ${container}`);

  const isReachable = async (from: Machine, network: string) => {
    const url = `http://${machine.addresses[network] ?? ""}:8080/health`;
    return (await run(from, `curl --silent --fail --max-time 2 ${url}`)).code === 0;
  };

  before(async () => {
    app = await buildApp("v1");
    const made = new DockerNetworks(LABELS);
    networks = [await made.create(PUBLIC), await made.create(VPC)];
    [machine, neighbour, registry] = await Promise.all([
      start("a", [app]),
      start("b", []),
      startRegistry({
        name: `machine-test-${RUN}-registry`,
        labels: LABELS,
        network: PUBLIC,
        login: LOGIN,
      }),
    ]);
    await mustRun(machine, "cloud-init status --wait");
    await mustRun(neighbour, "cloud-init status --wait");
  });
  after(() => removeMachines(LABEL));

  it("boots systemd and completes cloud-init with its user data", async () => {
    expect(await mustRun(machine, "cloud-init status")).to.equal("status: done");
    expect(await mustRun(machine, "ps -p 1 -o comm=")).to.equal("systemd");
    expect(await mustRun(machine, "systemctl is-active docker ssh")).to.equal("active\nactive");
    expect(await mustRun(machine, "cat /etc/marker && sudo cat /root/ran")).to.equal("mine\nyes");
    expect(await mustRun(machine, "hostname")).to.equal(`machine-test-${RUN}-a`);
    expect(await mustRun(machine, "systemctl --failed --plain --no-legend")).to.equal("");
    expect(await machine.console()).to.match(/Cloud-init .* finished at .* DataSourceNoCloud/);
  });

  it("presents only the host key from its user data", async () => {
    const session = { address: machine.addresses[PUBLIC] ?? "", user: "deploy", key: userKey };
    const other = makeKeyPair().public;
    const error = await runThere({ ...session, hostKey: other }, "true").catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.contain("host key that is not the expected one");
    const files = await mustRun(machine, "ls /etc/ssh | grep _key.pub");
    expect(files).to.equal("ssh_host_ed25519_key.pub");
  });

  it("runs a hardened container that becomes healthy and accepts docker exec", async () => {
    const command = `docker run --detach --name app ${HARDENED} --publish 8080:8000 ${app}`;
    await mustRun(machine, command);
    await until("healthy", () => healthOf(machine, "app"));
    const status = await mustRun(machine, "docker exec app cat /proc/self/status");
    expect(status).to.match(/^Uid:\t10001\t10001/m);
    expect(status).to.match(/^CapBnd:\t0+$/m);
  });

  it("enforces its containers' limits", async () => {
    const take = (megabytes: number) =>
      `docker run --rm --memory 64m --network none ${app} python3 -c 'bytearray(${megabytes} << 20)'`;
    expect((await run(machine, take(8))).code).to.equal(0);
    expect((await run(machine, take(256))).code, "killed").to.equal(137);
  });

  it("has its own networks, fixed addresses and volumes", async () => {
    await mustRun(machine, "docker network create --subnet 10.77.0.0/24 own >/dev/null");
    const place = "--network own --ip 10.77.0.10 --volume kept:/kept";
    await mustRun(machine, `docker run --detach --name placed ${HARDENED} ${place} ${app}`);
    await until("healthy", () => healthOf(machine, "placed"));
    expect(
      (await run(machine, "curl --silent --fail http://10.77.0.10:8000/health")).code,
    ).to.equal(0);
    await mustRun(machine, "docker rm --force --volumes placed && docker volume rm kept");
  });

  it("is reachable from its neighbor on both networks", async () => {
    expect(await isReachable(neighbour, PUBLIC)).to.equal(true);
    expect(await isReachable(neighbour, VPC)).to.equal(true);
  });

  it("admits what its firewall allows, including to a published port", async () => {
    const source = `${neighbour.addresses[VPC] ?? ""}/32`;
    await machine.firewall([SSH, { protocol: "tcp", ports: "8000-8080", sources: [source] }]);
    expect(await isReachable(neighbour, PUBLIC)).to.equal(false);
    expect(await isReachable(neighbour, VPC)).to.equal(true);
    await machine.firewall([SSH]);
    expect(await isReachable(neighbour, VPC)).to.equal(false);
    expect(await isReachable(machine, VPC), "from itself").to.equal(true);
  });

  it("recovers from a power cut with its containers, addresses and firewall", async () => {
    const id = await mustRun(machine, "docker inspect -f '{{.Id}}' app");
    const boot = await mustRun(machine, "docker inspect -f '{{.State.StartedAt}}' app");
    await machine.firewall(undefined);
    expect(await isReachable(neighbour, VPC)).to.equal(true);
    await machine.stop();
    expect(await isReachable(neighbour, VPC)).to.equal(false);
    // Clouds also update the firewall of a machine that is off.
    await machine.firewall([SSH]);
    await machine.start();
    await until("healthy", () => healthOf(machine, "app"));
    expect(await mustRun(machine, "docker inspect -f '{{.Id}}' app")).to.equal(id);
    expect(await mustRun(machine, "docker inspect -f '{{.State.StartedAt}}' app")).not.to.equal(
      boot,
    );
    expect(await isReachable(neighbour, VPC)).to.equal(false);
    await machine.firewall(undefined);
    expect(await isReachable(neighbour, VPC)).to.equal(true);
    expect(await mustRun(machine, "cloud-init status --wait")).to.contain("status: done");
  });

  it("pulls from a registry only after a login", async () => {
    const image = await registry.push(app);
    expect((await run(neighbour, `docker pull ${image}`)).output).to.contain("no basic auth");
    const logIn = `docker login --username ${LOGIN.user} --password-stdin ${registry.address}`;
    await mustRun(neighbour, logIn, LOGIN.password);
    await mustRun(neighbour, `docker pull --quiet ${image}`);
    await mustRun(neighbour, `docker logout ${registry.address}`);
    expect((await run(neighbour, `docker pull ${image}`)).code).not.to.equal(0);
    const layers = "docker image inspect -f '{{.RootFS.Layers}}'";
    const here = await docker("image", "inspect", "-f", "{{.RootFS.Layers}}", app);
    expect(await mustRun(neighbour, `${layers} ${image}`)).to.equal(here);
  });

  it("pulls from a public registry", async () => {
    const place = { name: `machine-test-${RUN}-open`, labels: LABELS, network: PUBLIC };
    const open = await startRegistry(place);
    const image = await open.push(app);
    await mustRun(neighbour, "docker image prune --all --force");
    await mustRun(neighbour, `docker pull --quiet ${image}`);
    await open.remove();
  });

  it("removes a preinstalled image like any other", async () => {
    await mustRun(machine, `docker rm --force app && docker image rm ${app}`);
    expect(await mustRun(machine, "docker images --quiet")).to.equal("");
    await machine.stop();
    await machine.start();
    expect(await mustRun(machine, "docker images --quiet")).to.equal("");
  });

  it("refuses a name that is taken and does not touch its owner", async () => {
    const error = await start("b", []).catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain(`machine-test-${RUN}-b" is already in use`);
    await mustRun(neighbour, "true");
  });

  it("leaves nothing behind when removed", async () => {
    const disk = await docker(
      ...["container", "inspect", "-f", "{{range .Mounts}}{{.Name}} {{end}}", neighbour.id],
    );
    await neighbour.remove();
    expect(await neighbour.exists()).to.equal(false);
    const volumes = (await docker("volume", "ls", "--quiet")).split("\n");
    expect(disk.trim()).to.not.equal("");
    expect(volumes).to.not.include.members(disk.trim().split(" "));
    await removeMachines(LABEL);
    expect(await labelled(LABEL)).to.deep.equal([]);
  });
});

async function until(wanted: string, ask: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (let answer = await ask(); answer !== wanted; answer = await ask()) {
    if (Date.now() > deadline) throw new Error(`still "${answer}" instead of "${wanted}"`);
    await sleep(500);
  }
}

function userData(userKey: KeyPair, hostKey: KeyPair): string {
  const config = {
    users: [
      {
        name: "deploy",
        shell: "/bin/bash",
        groups: "docker",
        sudo: "ALL=(ALL) NOPASSWD:ALL",
        ssh_authorized_keys: [userKey.public],
      },
    ],
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: hostKey.private, ed25519_public: hostKey.public },
    packages: ["docker.io", "unattended-upgrades"],
    write_files: [{ path: "/etc/marker", content: "mine\n" }],
    runcmd: ["systemctl enable --now docker", "echo yes >/root/ran"],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}
