import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { docker } from "../../helpers/testStack.ts";
import { type FirewallRule, firewallTable } from "./firewall.ts";
import { ensureMachineImage } from "./image.ts";
import { type Labels, labelOptions } from "../labels.ts";
import { releaseAddress, reserveAddress } from "./network.ts";
import { MACHINE_OPTIONS } from "./options.ts";
import { type Seed, copyFolder, writeSeed } from "./seed.ts";
import { ensureStore } from "./store.ts";

export interface MachineArgs extends Seed {
  /** Also its host name, and its name in Docker: nothing else there may have it. */
  readonly name: string;
  readonly labels: Labels;
  /** Made by `ensureNetwork`. Left out, the address is a free one of the network's lower half. */
  readonly networks: readonly { readonly network: string; readonly address?: string }[];
  /** Default 2048. */
  readonly memoryMb?: number;
  /** Default: as many as this machine has. */
  readonly cpus?: number;
  /** Images of this machine's Docker that the machine's own Docker has from the start. */
  readonly preloadImages?: readonly string[];
}

const FIREWALL_FOLDER = "/var/lib/machine";
const DEFAULT_MEMORY_MB = 2048;

/**
 * Starts a machine: a container with systemd, sshd, a Docker of its own, and cloud-init, which reads
 * the user data. Returns when its power is on, long before it answers.
 */
export async function createMachine(args: MachineArgs): Promise<Machine> {
  const addresses = await reserveAddresses(args);
  const machine = new Machine(await createContainer(args, addresses), addresses);
  try {
    await connect(machine);
    await writeSeed(machine.id, args);
    await machine.start();
  } catch (error) {
    await machine.remove();
    throw error;
  }
  return machine;
}

export class Machine {
  /** Of its container, which also has the name that was asked for. */
  readonly id: string;
  /** By network. They stay the same as long as the machine exists. */
  readonly addresses: Readonly<Record<string, string>>;

  constructor(id: string, addresses: Readonly<Record<string, string>>) {
    this.id = id;
    this.addresses = addresses;
  }

  /** Cuts the power: nothing in the machine gets to say goodbye. Its disk stays. */
  async stop(): Promise<void> {
    await execa("docker", ["kill", this.id], { reject: false });
    if (await this.#isRunning()) throw new Error(`The machine ${this.id} can't be stopped.`);
  }

  async start(): Promise<void> {
    await docker("start", this.id);
  }

  /** With its disk, whatever state it is in; it may be gone already. */
  async remove(): Promise<void> {
    await execa("docker", ["rm", "--force", "--volumes", this.id], { reject: false });
    if (await this.exists()) throw new Error(`The machine ${this.id} can't be removed.`);
    releaseAddresses(this.addresses);
  }

  async exists(): Promise<boolean> {
    const found = await execa("docker", ["container", "inspect", this.id], { reject: false });
    return !found.failed;
  }

  /** What it has printed on its console since it was made, for a diagnosis. */
  async console(): Promise<string> {
    const { all } = await execa("docker", ["logs", this.id], { all: true });
    return stripVTControlCharacters(all).replaceAll("\r", "");
  }

  /**
   * Replaces the cloud's firewall before the machine, at once; it holds over a reboot. Undefined: no
   * firewall. Established connections and loopback go on.
   */
  async firewall(rules: readonly FirewallRule[] | undefined): Promise<void> {
    await copyFolder(this.id, FIREWALL_FOLDER, { firewall: firewallTable(rules) });
    if (await this.#isRunning()) {
      await docker("exec", this.id, "iptables-restore", `${FIREWALL_FOLDER}/firewall`);
    }
  }

  async #isRunning(): Promise<boolean> {
    const format = ["--format", "{{.State.Running}}"];
    const { stdout } = await execa("docker", ["container", "inspect", ...format, this.id], {
      reject: false,
    });
    return stdout === "true";
  }
}

async function reserveAddresses({ networks }: MachineArgs): Promise<Record<string, string>> {
  const addresses: Record<string, string> = {};
  for (const { network, address } of networks) {
    addresses[network] = await reserveAddress(network, address);
  }
  return addresses;
}

function releaseAddresses(addresses: Readonly<Record<string, string>>): void {
  for (const [network, address] of Object.entries(addresses)) releaseAddress(network, address);
}

/** Returns its id, with which nobody else's container of that name is ever touched. */
async function createContainer(
  args: MachineArgs,
  addresses: Readonly<Record<string, string>>,
): Promise<string> {
  const [first] = Object.entries(addresses);
  if (!first) throw new Error(`The machine ${args.name} needs a network. Give it one in networks.`);
  const options = [
    // systemd writes to its console only where that is a terminal.
    ...["--tty", "--name", args.name, "--hostname", args.name, ...labelOptions(args.labels)],
    ...MACHINE_OPTIONS,
    ...["--tmpfs", "/run:exec,mode=755", "--tmpfs", "/run/lock"],
    ...["--volume", "/var/lib/docker", ...(await storeOptions(args.preloadImages ?? []))],
    ...["--memory", `${args.memoryMb ?? DEFAULT_MEMORY_MB}m`],
    ...(args.cpus === undefined ? [] : ["--cpus", String(args.cpus)]),
    ...["--network", first[0], "--ip", first[1]],
  ];
  try {
    return await docker("create", ...options, await ensureMachineImage());
  } catch (error) {
    releaseAddresses(addresses);
    throw error;
  }
}

/** To the networks after the first; Docker creates a container with one. */
async function connect({ id, addresses }: Machine): Promise<void> {
  for (const [network, address] of Object.entries(addresses).slice(1)) {
    await docker("network", "connect", "--ip", address, network, id);
  }
}

async function storeOptions(images: readonly string[]): Promise<string[]> {
  if (images.length === 0) return [];
  return ["--volume", `${await ensureStore(images)}:/usr/lib/machine/images:ro`];
}
