import { setTimeout as sleep } from "node:timers/promises";
import { shellQuote } from "../../../../lib/shell.ts";
import { EDGE_TAG } from "../../../../tools/setup/images.mjs";
import { labelOptions } from "../../labels.ts";
import type {
  Balancers,
  BalancerOrder,
  BalancerSettings,
  Member,
  RunningBalancer,
} from "./balancers.ts";
import {
  backendNames,
  balancerConfig,
  certificateIds,
  CERTIFICATES,
  SLOTS,
  STATE_FILE,
} from "./balancerConfig.ts";
import { docker, dockerWithInput, removeContainers } from "./docker.ts";
import { admit, checkSlots, dismiss, isServing, parseServers, type Server } from "./runtime.ts";

const READY_MS = 20_000;
const ADMIN = "socat -t 10 - /run/haproxy/admin.sock";
const MASTER = "socat -t 10 - /run/haproxy/master.sock";

/** The image's own command, after the files that it needs. */
const START = `mkdir -p ${CERTIFICATES}
eval "$FILES"
printf %s "$CONFIG" >/edge/haproxy.cfg
: >${STATE_FILE}
exec haproxy -W -db -S /run/haproxy/master.sock,mode,600 -f /edge/haproxy.cfg`;

/** Each load balancer is HAProxy in a container of the edge's image, at an address of its own. */
export class HaproxyBalancers implements Balancers {
  async create(order: BalancerOrder): Promise<RunningBalancer> {
    const name = `blue-green-balancer-${order.id}`;
    const { settings } = order;
    const config = balancerConfig({ settings, slots: [], known: [] });
    await docker(
      "create",
      "--name",
      name,
      ...containerOptions(order, config),
      EDGE_TAG,
      "sh",
      "-c",
      START,
    );
    const { network, address } = order.private;
    await docker("network", "connect", "--ip", address, network.name, name);
    await docker("start", name);
    const balancer = new HaproxyBalancer(name, order);
    await balancer.becomeReady();
    return balancer;
  }
}

class HaproxyBalancer implements RunningBalancer {
  readonly #container: string;
  readonly #certificate: BalancerOrder["certificate"];
  #settings: BalancerSettings;
  #slots: (Member | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  /** Where the search for a free slot goes on, so that a slot rests for long between two members. */
  #nextSlot = 0;

  constructor(container: string, { settings, certificate }: BalancerOrder) {
    this.#container = container;
    this.#certificate = certificate;
    this.#settings = settings;
  }

  async becomeReady(previous = ""): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while ((await this.#processId()) === previous) {
      if (Date.now() > deadline) {
        const log = await docker("logs", "--tail", "20", this.#container);
        throw new Error(`HAProxy in ${this.#container} is not ready after ${READY_MS} ms: ${log}`);
      }
      await sleep(100);
    }
  }

  async apply(settings: BalancerSettings, members: readonly Member[]): Promise<void> {
    const ids = new Set(members.map(({ dropletId }) => dropletId));
    const leaving = this.#slotNumbers().filter(
      (slot) => !ids.has(this.#slots[slot]?.dropletId ?? 0),
    );
    await this.#run(dismiss(this.#settings, leaving));
    for (const slot of leaving) this.#slots[slot] = undefined;
    const fresh = await this.#load(settings);
    const joining = members
      .filter((member) => !this.#has(member))
      .map((member) => this.#seat(member));
    await this.#run([
      ...admit(backendNames(settings), this.#slots, joining),
      // A reload gave these backends their first servers, and none is let in yet.
      ...admit(
        fresh,
        this.#slots,
        this.#slotNumbers().filter((slot) => !joining.includes(slot)),
      ),
    ]);
    checkSlots(await this.#servers(), backendNames(settings), this.#slots);
  }

  async healthy(): Promise<number[]> {
    const servers = await this.#servers();
    return this.#slotNumbers()
      .filter((slot) => isServing(servers, backendNames(this.#settings), slot))
      .map((slot) => this.#slots[slot]?.dropletId ?? 0);
  }

  async remove(): Promise<void> {
    await removeContainers(this.#container);
  }

  /** Reloads where more than members has changed; names the backends that are new. */
  async #load(settings: BalancerSettings): Promise<string[]> {
    const isSame = JSON.stringify(settings) === JSON.stringify(this.#settings);
    const known = backendNames(this.#settings);
    this.#settings = settings;
    if (isSame) return [];
    const before = await this.#processId();
    const config = balancerConfig({ settings, slots: this.#slots, known });
    for (const id of certificateIds(settings)) {
      await this.#shell(this.#certificate(id), `cat >${certificateFile(id)}`);
    }
    await this.#shell(config, "cat >/edge/haproxy.cfg && haproxy -c -q -f /edge/haproxy.cfg");
    await this.#shell("show servers state\n", `${ADMIN} >${STATE_FILE}`);
    await this.#shell("reload\n", MASTER);
    await this.becomeReady(before);
    return backendNames(settings).filter((name) => !known.includes(name));
  }

  #slotNumbers(): number[] {
    return [...this.#slots.keys()].filter((slot) => this.#slots[slot] !== undefined);
  }

  #has({ dropletId }: Member): boolean {
    return this.#slots.some((member) => member?.dropletId === dropletId);
  }

  #seat(member: Member): number {
    for (let tried = 0; tried < SLOTS; tried++) {
      const slot = this.#nextSlot++ % SLOTS;
      if (this.#slots[slot] !== undefined) continue;
      this.#slots[slot] = member;
      return slot;
    }
    throw new Error(`The emulated load balancer has room for ${SLOTS} members.`);
  }

  /** Empty while HAProxy does not answer. */
  async #processId(): Promise<string> {
    const info = await this.#shell("show info\n", ADMIN).catch(() => "");
    return /^Pid: (\d+)$/m.exec(info)?.[1] ?? "";
  }

  async #servers(): Promise<Server[]> {
    return parseServers(await this.#shell("show servers state\n", ADMIN));
  }

  async #run(commands: readonly string[]): Promise<void> {
    if (commands.length > 0) await this.#shell(`${commands.join(";")}\n`, ADMIN);
  }

  async #shell(input: string, command: string): Promise<string> {
    return await dockerWithInput(input, "exec", "-i", this.#container, "sh", "-c", command);
  }
}

function certificateFile(id: string): string {
  return `${CERTIFICATES}/${id}.pem`;
}

function containerOptions(order: BalancerOrder, config: string): string[] {
  const { network, address } = order.public;
  const files = certificateIds(order.settings).map(
    (id) => `printf %s ${shellQuote(order.certificate(id))} >${certificateFile(id)}`,
  );
  return [
    ...labelOptions(order.labels),
    ...["--network", network.name, "--ip", address],
    ...["--env", `CONFIG=${config}`, "--env", `FILES=${files.join("\n")}`],
    ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "256m"],
    ...["--sysctl", "net.ipv4.ip_unprivileged_port_start=0"],
  ];
}
