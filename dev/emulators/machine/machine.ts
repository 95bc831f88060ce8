import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { docker } from "../docker.ts";
import { type Labels, labelOptions } from "../labels.ts";
import { type FirewallRule, firewallTable } from "./firewall.ts";
import { type Debian, ensureMachineImage } from "./image.ts";
import { MACHINE_OPTIONS } from "./options.ts";
import { type Seed, copyFolder, writeSeed } from "./seed.ts";
import { ensureStore } from "./store.ts";

/** A Docker network, and the address in it that stays the machine's as long as it exists. */
export interface Place {
  readonly network: string;
  /** Left out: Docker gives one, and may give another one when the machine boots again. */
  readonly address?: string;
}

export interface MachineArgs extends Omit<Seed, "hostName"> {
  /** In Docker: nothing else there may have it. */
  readonly name: string;
  /** Default: its name in Docker. */
  readonly hostName?: string;
  readonly labels: Labels;
  readonly networks: readonly Place[];
  /** Default: 13. */
  readonly debian?: Debian;
  /** Default 2048. */
  readonly memoryMb?: number;
  /** Images of this machine's Docker that the machine's own Docker has from the start. */
  readonly preloadImages?: readonly string[];
  /** In the language of iptables-restore, before anything can reach it. Default: no firewall. */
  readonly tables?: string;
}

const FIREWALL_FOLDER = "/var/lib/machine";
const DEFAULT_MEMORY_MB = 2048;
/** A shutdown that takes longer is a power cut. */
const SHUTDOWN_SECONDS = 60;

/**
 * Starts a machine: a container with systemd, sshd, a Docker of its own, and cloud-init, which reads
 * the user data. Returns when its power is on, long before it answers.
 */
export async function createMachine(args: MachineArgs): Promise<Machine> {
  const machine = new Machine(await createContainer(args), addressesOf(args));
  try {
    for (const place of args.networks.slice(1)) {
      await docker("network", "connect", ...addressOption(place), place.network, machine.id);
    }
    await writeSeed(machine.id, { ...args, hostName: args.hostName ?? args.name });
    if (args.tables !== undefined) await machine.restoreTables(args.tables);
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

  /** As the machine's own shutdown command does. */
  async shutDown(): Promise<void> {
    await docker("stop", "--time", String(SHUTDOWN_SECONDS), this.id);
  }

  async start(): Promise<void> {
    await docker("start", this.id);
  }

  /** Holds at once, and when it boots again. */
  async resize(memoryMb: number): Promise<void> {
    // Swap is counted in, and may not be less.
    const limits = ["--memory", `${memoryMb}m`, "--memory-swap", `${2 * memoryMb}m`];
    await docker("update", ...limits, this.id);
  }

  /** With its disk, whatever state it is in; it may be gone already. */
  async remove(): Promise<void> {
    await execa("docker", ["rm", "--force", "--volumes", this.id], { reject: false });
    if (await this.exists()) throw new Error(`The machine ${this.id} can't be removed.`);
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

  /** Runs a command in it as root; its output. */
  async run(...command: readonly string[]): Promise<string> {
    return await docker("exec", this.id, ...command);
  }

  /** A further address in one of its networks, until its power goes. */
  async addAddress(network: string, address: string): Promise<void> {
    const device = await this.#deviceIn(network);
    await this.run("ip", "addr", "add", `${address}/32`, "dev", device);
    // Who has talked to it elsewhere would ask there for up to a minute.
    await this.run("arping", "-q", "-U", "-c", "1", "-I", device, address);
  }

  async removeAddress(network: string, address: string): Promise<void> {
    const device = await this.#deviceIn(network);
    await this.run("ip", "addr", "del", `${address}/32`, "dev", device);
  }

  /**
   * Replaces the cloud's firewall before the machine, at once; it holds over a reboot. Undefined: no
   * firewall. Established connections and loopback go on.
   */
  async firewall(rules: readonly FirewallRule[] | undefined): Promise<void> {
    await this.restoreTables(firewallTable(rules));
  }

  /** Replaces whole tables, in the language of iptables-restore, in the same way. */
  async restoreTables(tables: string): Promise<void> {
    await copyFolder(this.id, FIREWALL_FOLDER, { firewall: tables });
    if (await this.#isRunning()) await this.run("iptables-restore", `${FIREWALL_FOLDER}/firewall`);
  }

  async #isRunning(): Promise<boolean> {
    const format = ["--format", "{{.State.Running}}"];
    const { stdout } = await execa("docker", ["container", "inspect", ...format, this.id], {
      reject: false,
    });
    return stdout === "true";
  }

  async #deviceIn(network: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
    const own = await docker("container", "inspect", "--format", format, this.id);
    const lines = (await this.run("ip", "-o", "-4", "addr", "show")).split("\n");
    const device = lines.find((line) => line.includes(` ${own}/`))?.split(/\s+/)[1];
    if (!device) throw new Error(`${this.id} has no device with ${own}`);
    return device;
  }
}

function addressesOf({ networks }: MachineArgs): Record<string, string> {
  return Object.fromEntries(
    networks.flatMap(({ network, address }) => (address === undefined ? [] : [[network, address]])),
  );
}

/** Returns its id, with which nobody else's container of that name is ever touched. */
async function createContainer(args: MachineArgs): Promise<string> {
  const [first] = args.networks;
  if (!first) throw new Error(`The machine ${args.name} needs a network. Give it one in networks.`);
  const options = [
    // systemd writes to its console only where that is a terminal.
    ...["--tty", "--name", args.name, "--hostname", args.hostName ?? args.name],
    ...labelOptions(args.labels),
    ...MACHINE_OPTIONS,
    ...["--tmpfs", "/run:exec,mode=755", "--tmpfs", "/run/lock"],
    ...["--volume", "/var/lib/docker", ...(await storeOptions(args))],
    ...["--memory", `${args.memoryMb ?? DEFAULT_MEMORY_MB}m`],
    ...["--network", first.network, ...addressOption(first)],
  ];
  return await docker("create", ...options, await ensureMachineImage(args.debian));
}

function addressOption({ address }: Place): string[] {
  return address === undefined ? [] : ["--ip", address];
}

async function storeOptions({ preloadImages = [], debian }: MachineArgs): Promise<string[]> {
  if (preloadImages.length === 0) return [];
  return ["--volume", `${await ensureStore(preloadImages, debian)}:/usr/lib/machine/images:ro`];
}
