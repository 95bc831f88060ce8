import { EDGE_TAG } from "../../../setup/images.mjs";
import { docker, removeContainers } from "../../docker.ts";
import { ADMIN, MasterWorker, startOptions, START } from "../../haproxy/masterWorker.ts";
import { labelOptions } from "../../labels.ts";
import type {
  Balancers,
  BalancerOrder,
  BalancerSettings,
  Member,
  RunningBalancer,
} from "./balancers.ts";
import { backendNames, balancerConfig, certificateIds, SLOTS } from "./balancerConfig.ts";
import { admit, checkSlots, dismiss, isServing, parseServers, type Server } from "./runtime.ts";

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
  readonly #haproxy: MasterWorker;
  readonly #certificate: BalancerOrder["certificate"];
  #settings: BalancerSettings;
  #slots: (Member | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  /** Where the search for a free slot goes on, so that a slot rests for long between two members. */
  #nextSlot = 0;

  constructor(container: string, { settings, certificate }: BalancerOrder) {
    this.#container = container;
    this.#haproxy = new MasterWorker(container);
    this.#certificate = certificate;
    this.#settings = settings;
  }

  async becomeReady(): Promise<void> {
    await this.#haproxy.becomeReady();
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
    const config = balancerConfig({ settings, slots: this.#slots, known });
    await this.#haproxy.load(config, certificatesOf(settings, this.#certificate));
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

  async #servers(): Promise<Server[]> {
    return parseServers(await this.#haproxy.shell("show servers state\n", ADMIN));
  }

  async #run(commands: readonly string[]): Promise<void> {
    if (commands.length > 0) await this.#haproxy.shell(`${commands.join(";")}\n`, ADMIN);
  }
}

/** PEM by the id that a rule names. */
function certificatesOf(
  settings: BalancerSettings,
  certificate: BalancerOrder["certificate"],
): Map<string, string> {
  return new Map(certificateIds(settings).map((id) => [id, certificate(id)]));
}

function containerOptions(order: BalancerOrder, config: string): string[] {
  const { network, address } = order.public;
  return [
    ...labelOptions(order.labels),
    ...["--network", network.name, "--ip", address],
    ...startOptions(config, certificatesOf(order.settings, order.certificate)),
  ];
}
