import { FROM_HERE } from "../../dev/emulators/networks/fromHere.ts";
import type { Registry } from "../../dev/emulators/registry/registry.ts";
import type { EmulatedCloud } from "../../dev/emulators/registry/registryBeside.ts";
import { type StackConfig, TestStack } from "./testStack.ts";

/** An account in an emulated cloud, with a private registry and stacks. */
export abstract class EmulatedAccount<Cloud extends EmulatedCloud> {
  /** The secret that a stack's keys are derived from. */
  static readonly SECRET = "0123456789abcdef".repeat(4);

  readonly cloud: Cloud;
  readonly #registry: Registry;
  readonly #stacks: TestStack[] = [];

  protected constructor(cloud: Cloud, registry: Registry) {
    this.cloud = cloud;
    this.#registry = registry;
  }

  /** For `registry.server`. */
  get registryServer(): string {
    return this.#registry.address;
  }

  /** @returns the name under which the cloud's machines pull the image */
  push(image: string): Promise<string> {
    return this.#registry.push(image);
  }

  /** Creates a stack without bringing it up. @param more Environment for its commands. */
  abstract createStack(
    config: StackConfig,
    more?: Readonly<Record<string, string>>,
  ): Promise<TestStack>;

  /** Resources in the account that were created by a client, as text; empty for none. */
  abstract leftovers(): Promise<string>;

  /** Destroys a stack; throws if anything of it is left in the account. */
  async mustDestroy(stack: TestStack): Promise<void> {
    const { ok, output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    if (!ok) throw new Error(`pulumi destroy failed:\n${output}`);
    const left = await this.leftovers();
    if (left !== "") throw new Error(`in the account is left: ${left}`);
  }

  async close(): Promise<void> {
    for (const stack of this.#stacks) await stack.remove().catch(() => {});
    await this.#end();
  }

  /** Closes the account with everything in it, without destroying its stacks first. */
  async abandon(): Promise<void> {
    for (const stack of this.#stacks) await stack.forget();
    await this.#end();
  }

  /** Adds a secret for its keys, and SSH access from here unless the config says otherwise. */
  protected async addStack(
    config: StackConfig,
    environment: Readonly<Record<string, string>>,
  ): Promise<TestStack> {
    const defaults = { edge: undefined, ssh: { allowedCidrs: FROM_HERE } };
    const stack = await TestStack.create({ ...defaults, ...config }, environment);
    this.#stacks.push(stack);
    await stack.setSecret("ssh", "secret", EmulatedAccount.SECRET);
    return stack;
  }

  async #end(): Promise<void> {
    await this.#registry.remove();
    await this.cloud.stop();
  }
}
