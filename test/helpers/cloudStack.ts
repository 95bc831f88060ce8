import { type DigitalOcean, startDigitalOcean } from "../emulators/digitalocean/index.ts";
import { RealMachines } from "../emulators/digitalocean/realMachines.ts";
import { type Registry, startRegistry } from "../emulators/registry/registry.ts";
import { EDGE_IMAGE } from "../../stacks/stackArgs.ts";
import { type StackConfig, TestStack } from "./testStack.ts";

/** Docker's own ranges: this machine reaches the droplets from their network's gateway. */
const FROM_HERE = ["172.16.0.0/12", "192.168.0.0/16"];

/** An emulated account, a private registry beside it, and stacks in the account. */
export class CloudAccount {
  readonly cloud: DigitalOcean;
  readonly #registry: Registry;
  readonly #stacks: TestStack[] = [];

  private constructor(cloud: DigitalOcean, registry: Registry) {
    this.cloud = cloud;
    this.#registry = registry;
  }

  static async open(): Promise<CloudAccount> {
    // What a droplet pulls and builds in minutes is there from the start.
    const cloud = await startDigitalOcean({ machines: new RealMachines([EDGE_IMAGE]) });
    const [label = "", value = ""] = cloud.label.split("=");
    const registry = await startRegistry({
      name: `${value}-registry`,
      labels: { [label]: value },
      network: cloud.publicNetwork,
    });
    return new CloudAccount(cloud, registry);
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
    await stack.setSecret("ssh", "secret", "0123456789abcdef".repeat(4));
    this.#stacks.push(stack);
    return stack;
  }

  async close(): Promise<void> {
    for (const stack of this.#stacks) await stack.remove().catch(() => {});
    await this.#registry.remove();
    await this.cloud.stop();
  }
}
