import { expect } from "chai";
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { AnsweringMachines, PORTS } from "../../dev/emulators/digitalocean/answeringMachines.ts";
import { Authority } from "../../dev/emulators/digitalocean/plane/certificate.ts";
import type { DropletMachine } from "../../dev/emulators/digitalocean/plane/machines.ts";
import { docker, removeContainers } from "../../dev/emulators/docker.ts";
import { LABEL } from "../../dev/emulators/labels.ts";
import { DockerNetworks } from "../../dev/emulators/networks/dockerNetworks.ts";
import type { Network } from "../../dev/emulators/networks/networks.ts";
import { Octavia, type Vip, type VipPorts } from "../../dev/emulators/openstack/octavia/index.ts";
import { HaproxyBalancers } from "../../dev/emulators/openstack/octavia/plane/haproxyBalancers.ts";
import { OctaviaClient } from "./octaviaClient.ts";

const DELAYS = { create: 0, effect: { from: 500, to: 1000 }, confirm: 200, heartbeat: 200 };

/** An emulated Octavia on real networks, and machines that answer with their names. */
export class OctaviaLab implements VipPorts {
  readonly octavia: Octavia;
  readonly client: OctaviaClient;
  /** A reference to a key and its certificate. */
  readonly secret = "https://keys.example/v1/containers/shop";
  readonly #run: string;
  readonly #networks: DockerNetworks;
  readonly #private: Network;
  readonly #public: Network;
  readonly #subnet = randomUUID();
  readonly #machines = new Map<string, { machine: DropletMachine; address: string }>();
  readonly #errors: string[] = [];

  private constructor(run: string, networks: DockerNetworks, inside: Network, outside: Network) {
    this.#run = run;
    this.#networks = networks;
    this.#private = inside;
    this.#public = outside;
    const { key, certificate } = new Authority("tests").issue(["shop.example"]);
    this.octavia = new Octavia({
      ...{ balancers: new HaproxyBalancers(), vips: this, delays: DELAYS },
      certificate: (ref) => (ref === this.secret ? key + certificate : undefined),
      labels: { [LABEL]: run },
      onError: (where, error) => this.#errors.push(`${where}: ${String(error)}`),
    });
    this.client = new OctaviaClient(this.octavia, this.#subnet);
  }

  static async open(): Promise<OctaviaLab> {
    const run = `blue-green-octavia-${randomBytes(3).toString("hex")}`;
    const networks = new DockerNetworks({ [LABEL]: run });
    const inside = await networks.create(`${run}-private`);
    const outside = await networks.create(`${run}-public`);
    return new OctaviaLab(run, networks, inside, outside);
  }

  /** Starts a machine that answers with this name, and stops answering on demand. */
  async machine(name: string): Promise<void> {
    const at = (network: Network) => ({ network: network.name, address: network.allocate() });
    const inside = at(this.#private);
    const order = { id: randomInt(1, 2 ** 40), name, image: "", memoryMb: 64, vcpus: 1 };
    const machine = await new AnsweringMachines().create({
      ...{ ...order, userData: "", labels: { [LABEL]: this.#run } },
      ...{ private: inside, public: at(this.#public) },
    });
    this.#machines.set(name, { machine, address: inside.address });
  }

  addressOf(name: string): string {
    return this.#machines.get(name)?.address ?? "";
  }

  /** Fails its health check but keeps answering. */
  async failHealth(name: string): Promise<void> {
    const open = { protocol: "tcp", ports: String(PORTS.traffic), sources: [] } as const;
    await this.#machines.get(name)?.machine.setFirewall([open]);
  }

  async healHealth(name: string): Promise<void> {
    const ports = [PORTS.traffic, PORTS.health].map(String);
    const rules = ports.map((it) => ({ protocol: "tcp", ports: it, sources: [] }) as const);
    await this.#machines.get(name)?.machine.setFirewall(rules);
  }

  /** Gives the load balancer behind a port an external address. */
  async float(portId: string): Promise<string> {
    const address = this.#public.allocate();
    await this.octavia.publish(portId, { network: this.#public.name, address });
    return address;
  }

  async unfloat(portId: string): Promise<void> {
    await this.octavia.withdraw(portId, this.#public.name);
  }

  async allocate(): Promise<Vip> {
    await Promise.resolve();
    const { name: network } = this.#private;
    const ids = { port_id: randomUUID(), subnet_id: this.#subnet, network_id: randomUUID() };
    return { address: this.#private.allocate(), network, ...ids };
  }

  async release({ address }: Vip): Promise<void> {
    await Promise.resolve(this.#private.release(address));
  }

  hasSubnet(id: string): boolean {
    return id === this.#subnet;
  }

  /** Names of its containers that contain this word. */
  async containers(word: string): Promise<string> {
    const filters = ["--filter", `label=${LABEL}=${this.#run}`, "--filter", `name=${word}`];
    return await docker("ps", "--all", "--format", "{{.Names}}", ...filters);
  }

  /** Removes everything, and expects that nothing in the emulator went wrong. */
  async close(): Promise<void> {
    await this.octavia.stop();
    const names = await this.containers("");
    await removeContainers(...names.split("\n").filter(Boolean));
    for (const network of [this.#private, this.#public]) await this.#networks.remove(network);
    expect(this.#errors).to.deep.equal([]);
  }
}
