import {
  type DigitalOcean,
  type DigitalOceanOptions,
  startDigitalOcean,
} from "../emulators/digitalocean/index.ts";
import { RealMachines } from "../emulators/digitalocean/realMachines.ts";
import { type Login, type Registry, startRegistry } from "../emulators/registry/registry.ts";
import type { ApiDroplet } from "../../lib/digitalocean/droplets.ts";
import { EDGE_IMAGE } from "../../stacks/stackArgs.ts";
import { type StackConfig, TestStack } from "./testStack.ts";

/** Docker's own ranges: this machine reaches the droplets from their network's gateway. */
const FROM_HERE = ["172.16.0.0/12", "192.168.0.0/16"];

/** What a stack may leave in an account. */
const KINDS = ["droplets", "load_balancers", "reserved_ips", "firewalls", "vpcs", "tags"];
export interface StackDroplet {
  readonly id: number;
  /** `blue-1` */
  readonly host: string;
  /** Empty while it is new. */
  readonly publicAddress: string;
  readonly isLive: boolean;
  readonly isReady: boolean;
}

/** An emulated account, a private registry beside it, and stacks in the account. */
export class CloudAccount {
  /** From which the keys of a stack are derived. */
  static readonly SECRET = "0123456789abcdef".repeat(4);

  readonly cloud: DigitalOcean;
  readonly #registry: Registry;
  readonly #stacks: TestStack[] = [];

  private constructor(cloud: DigitalOcean, registry: Registry) {
    this.cloud = cloud;
    this.#registry = registry;
  }

  /** @param login What the registry asks for; everybody may pull where it is left out. */
  static async open(
    options: Partial<DigitalOceanOptions> = {},
    login?: Login,
  ): Promise<CloudAccount> {
    // What a droplet pulls and builds in minutes is there from the start.
    const machines = new RealMachines([EDGE_IMAGE]);
    const cloud = await startDigitalOcean({ machines, ...options });
    const [label = "", value = ""] = cloud.label.split("=");
    const registry = await startRegistry({
      name: `${value}-registry`,
      labels: { [label]: value },
      network: cloud.publicNetwork,
      ...(login && { login }),
    });
    return new CloudAccount(cloud, registry);
  }

  /** For `registry.server`. */
  get registryServer(): string {
    return this.#registry.address;
  }

  /** @returns the name by which droplets pull the image. */
  push(image: string): Promise<string> {
    return this.#registry.push(image);
  }

  /** Creates a stack without bringing it up. */
  async createStack(config: StackConfig): Promise<TestStack> {
    const { url, token } = this.cloud;
    const stack = await TestStack.create(
      {
        target: "digitalocean",
        digitalocean: { region: "fra1" },
        edge: undefined,
        ssh: { allowedCidrs: FROM_HERE },
        ...config,
      },
      { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: token },
    );
    await stack.setSecret("ssh", "secret", CloudAccount.SECRET);
    this.#stacks.push(stack);
    return stack;
  }

  /** One kind of resource of the account, such as `droplets`, as the API lists it. */
  async list<Entry>(kind: string, query = ""): Promise<Entry[]> {
    const answer = await this.ask<Record<string, Entry[]>>(
      "GET",
      `/v2/${kind}?per_page=200${query}`,
    );
    return answer[kind.split("/").at(-1) ?? ""] ?? [];
  }

  /** One call of the API, as a hand-written script makes it. @throws Error with the status */
  async ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const { url, token } = this.cloud;
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }

  /** The droplets of a stack, by the name of their host. */
  async droplets(stack: TestStack): Promise<StackDroplet[]> {
    const tag = `blue-green:${stack.name}`;
    const query = `&tag_name=${encodeURIComponent(tag)}`;
    const found = await this.list<ApiDroplet>("droplets", query);
    const mark = `${tag}:host:`;
    return found
      .map(({ id, tags, networks }) => ({
        id,
        publicAddress: networks.v4.find(({ type }) => type === "public")?.ip_address ?? "",
        host: tags.find((one) => one.startsWith(mark))?.slice(mark.length) ?? "",
        isLive: tags.includes(`${tag}:live`),
        isReady: tags.includes(`${tag}:ready`),
      }))
      .sort((a, b) => (a.host < b.host ? -1 : 1));
  }

  /** Destroys a stack; throws where something of it is left in the account. */
  async mustDestroy(stack: TestStack): Promise<void> {
    const { ok, output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    if (!ok) throw new Error(`pulumi destroy failed:\n${output}`);
    for (const kind of KINDS) {
      const left = (await this.list<{ default?: boolean }>(kind)).filter((one) => !one.default);
      if (left.length > 0) throw new Error(`${kind} are left: ${JSON.stringify(left)}`);
    }
  }

  /** As somebody does by hand, in the control panel or with `doctl`. */
  async deleteDroplet(id: number): Promise<void> {
    await this.ask("DELETE", `/v2/droplets/${id}`);
  }

  async close(): Promise<void> {
    for (const stack of this.#stacks) await stack.remove().catch(() => {});
    await this.#end();
  }

  /** Ends the account with all that stands in it, without destroying its stacks before. */
  async abandon(): Promise<void> {
    for (const stack of this.#stacks) await stack.forget();
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#registry.remove();
    await this.cloud.stop();
  }
}
