import { EDGE_TAG } from "../../../../setup/images.mjs";
import { docker, removeContainers } from "../../../docker.ts";
import { ADMIN, MasterWorker, startOptions, START } from "../../../haproxy/masterWorker.ts";
import { labelOptions } from "../../../labels.ts";
import type { Attachment } from "../../../networks/networks.ts";
import { amphoraConfig, certificateId } from "./amphoraConfig.ts";
import type { BalancerOrder, Balancers, Duties, RunningBalancer } from "./balancers.ts";
import { readReport, type Report } from "./report.ts";

const IDLE: Duties = { listeners: [], pools: [] };

/** Each load balancer is HAProxy in a container of the edge's image, at the VIP's address. */
export class HaproxyBalancers implements Balancers {
  async create({ id, vip, labels }: BalancerOrder): Promise<RunningBalancer> {
    const name = `blue-green-amphora-${id}`;
    const options = [
      ...["--name", name, ...labelOptions(labels), "--network", vip.network, "--ip", vip.address],
      ...startOptions(amphoraConfig(IDLE), new Map()),
    ];
    await docker("create", ...options, EDGE_TAG, "sh", "-c", START);
    await docker("start", name);
    const haproxy = new MasterWorker(name);
    await haproxy.becomeReady();
    return new HaproxyBalancer(name, haproxy);
  }
}

class HaproxyBalancer implements RunningBalancer {
  readonly #container: string;
  readonly #haproxy: MasterWorker;

  constructor(container: string, haproxy: MasterWorker) {
    this.#container = container;
    this.#haproxy = haproxy;
  }

  /**
   * As an amphora does, whatever has changed: the state is saved, and a new worker takes over the
   * listening sockets.
   */
  async apply(duties: Duties, certificates: ReadonlyMap<string, string>): Promise<void> {
    const config = amphoraConfig(duties);
    const files = new Map([...certificates].map(([ref, pem]) => [certificateId(ref), pem]));
    await this.#haproxy.load(config, files);
  }

  async report(): Promise<Report> {
    return readReport(await this.#haproxy.shell("show stat\n", ADMIN));
  }

  async publish({ network, address }: Attachment): Promise<void> {
    await docker("network", "connect", "--ip", address, network, this.#container);
  }

  async withdraw(network: string): Promise<void> {
    await docker("network", "disconnect", "--force", network, this.#container);
  }

  async remove(): Promise<void> {
    await removeContainers(this.#container);
  }
}
