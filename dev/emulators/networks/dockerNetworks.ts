import { setTimeout as sleep } from "node:timers/promises";
import { docker } from "../docker.ts";
import { type Labels, labelOptions } from "../labels.ts";
import { type Network, networkAt, type Networks, SubnetTaken } from "./networks.ts";
import { upperHalf } from "./subnet.ts";

const TRIES = 5;
const SUBNET = "{{(index .IPAM.Config 0).Subnet}}";

/** Docker networks, bridged on this machine. Docker itself hands out their upper halves. */
export class DockerNetworks implements Networks {
  readonly #labels: readonly string[];

  constructor(labels: Labels) {
    this.#labels = labelOptions(labels);
  }

  async create(name: string, subnet?: string): Promise<Network> {
    if (subnet !== undefined) return await this.#make(name, subnet);
    for (let left = TRIES - 1; ; left--) {
      try {
        return await this.#make(name, await this.#pick(name));
      } catch (error) {
        // Something else may have taken the subnet between the two questions.
        if (left === 0 || !(error instanceof SubnetTaken)) throw error;
      }
    }
  }

  async remove({ name }: Network): Promise<void> {
    for (let left = TRIES - 1; ; left--) {
      try {
        await docker("network", "rm", name);
        return;
      } catch (error) {
        // A container that is just gone may still hold its end.
        if (left === 0) throw error;
        await sleep(500);
      }
    }
  }

  /** Docker gives fixed addresses only in a subnet that was asked for, so it is asked twice. */
  async #pick(name: string): Promise<string> {
    await docker("network", "create", ...this.#labels, `${name}-pick`);
    try {
      return await docker("network", "inspect", "--format", SUBNET, `${name}-pick`);
    } finally {
      await docker("network", "rm", `${name}-pick`);
    }
  }

  async #make(name: string, subnet: string): Promise<Network> {
    const network = networkAt(name, subnet);
    const range = ["--subnet", subnet, "--gateway", network.gateway, "--ip-range"];
    try {
      await docker("network", "create", ...this.#labels, ...range, upperHalf(subnet), name);
    } catch (error) {
      if (String(error).includes("overlaps")) throw new SubnetTaken(`${subnet} is taken.`);
      throw error;
    }
    return network;
  }
}
