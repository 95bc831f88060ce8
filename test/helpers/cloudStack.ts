import { DigitalOceanClient } from "../../dev/emulators/digitalocean/client.ts";
import {
  type DigitalOcean,
  type DigitalOceanOptions,
  startDigitalOcean,
} from "../../dev/emulators/digitalocean/index.ts";
import { RealMachines } from "../../dev/emulators/digitalocean/realMachines.ts";
import type { Login } from "../../dev/emulators/registry/registry.ts";
import { registryBeside } from "../../dev/emulators/registry/registryBeside.ts";
import type { ApiDroplet } from "../../components/digitalocean/droplets.ts";
import { EDGE_TAGS } from "../../dev/setup/images.mjs";
import { EmulatedAccount } from "./emulatedAccount.ts";
import type { StackConfig, TestStack } from "./testStack.ts";

/** What a stack may leave in an account. */
const KINDS = ["droplets", "load_balancers", "reserved_ips", "firewalls", "vpcs", "tags"];

export interface StackDroplet {
  readonly id: number;
  /** `blue-1` */
  readonly host: string;
  /** Empty while it is new. */
  readonly publicAddress: string;
  readonly privateAddress: string;
  readonly isLive: boolean;
  readonly isReady: boolean;
}

/** An emulated DigitalOcean account, and stacks in it. */
export class CloudAccount extends EmulatedAccount<DigitalOcean> {
  readonly #client = new DigitalOceanClient(this.cloud);

  /** @param login The registry's login; pulls are anonymous without one. */
  static async open(
    options: Partial<DigitalOceanOptions> = {},
    login?: Login,
  ): Promise<CloudAccount> {
    // What a droplet pulls and builds in minutes is preinstalled.
    const machines = new RealMachines(EDGE_TAGS);
    const cloud = await startDigitalOcean({ machines, ...options });
    return new CloudAccount(cloud, await registryBeside(cloud, cloud.publicNetwork, login));
  }

  async createStack(
    config: StackConfig,
    more: Readonly<Record<string, string>> = {},
  ): Promise<TestStack> {
    const { url, token } = this.cloud;
    return await this.addStack(
      { target: "digitalocean", digitalocean: { region: "fra1" }, ...config },
      { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: token, ...more },
    );
  }

  /** Lists one kind of the account's resources, such as `droplets`, through the API. */
  list<Entry>(kind: string, query = ""): Promise<Entry[]> {
    return this.#client.list(kind, query);
  }

  /** One API call. @throws Error with the status */
  ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    return this.#client.ask(method, path, body);
  }

  /** The droplets of a stack, by host name. */
  async droplets(stack: TestStack): Promise<StackDroplet[]> {
    const tag = `blue-green:${stack.name}`;
    const query = `&tag_name=${encodeURIComponent(tag)}`;
    const found = await this.list<ApiDroplet>("droplets", query);
    const mark = `${tag}:host:`;
    return found
      .map(({ id, tags, networks }) => ({
        id,
        publicAddress: networks.v4.find(({ type }) => type === "public")?.ip_address ?? "",
        privateAddress: networks.v4.find(({ type }) => type === "private")?.ip_address ?? "",
        host: tags.find((one) => one.startsWith(mark))?.slice(mark.length) ?? "",
        isLive: tags.includes(`${tag}:live`),
        isReady: tags.includes(`${tag}:ready`),
      }))
      .sort((a, b) => (a.host < b.host ? -1 : 1));
  }

  async leftovers(): Promise<string> {
    for (const kind of KINDS) {
      const left = (await this.list<{ default?: boolean }>(kind)).filter((one) => !one.default);
      if (left.length > 0) return `${kind}: ${JSON.stringify(left)}`;
    }
    return "";
  }

  /** A manual change, as in the control panel or with `doctl`. */
  async deleteDroplet(id: number): Promise<void> {
    await this.ask("DELETE", `/v2/droplets/${id}`);
  }
}
