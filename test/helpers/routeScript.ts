import { execa } from "execa";
import { accountEnvironment } from "../../components/digitalocean/account.ts";
import type { SetRouteInput } from "../../components/digitalocean/setRoute.ts";
import type { Color } from "../../lib/color.ts";
import type { CloudAccount, StackDroplet } from "./cloudStack.ts";
import type { TestStack } from "./testStack.ts";

/** What the state has of the resource `balancer-route`. */
interface RouteResource {
  readonly urn: string;
  readonly inputs: { readonly create: string; readonly stdin: string };
}

/**
 * The script that moves a managed balancer, run as the engine runs it: the command and the input are
 * those of the stack's last `pulumi up`, with another color.
 */
export class RouteScript {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #droplets: readonly StackDroplet[];
  readonly #command: string;
  readonly #input: SetRouteInput;

  private constructor(
    { cloud }: CloudAccount,
    { folder }: TestStack,
    droplets: readonly StackDroplet[],
    { inputs }: RouteResource,
  ) {
    this.#environment = accountEnvironment(cloud);
    this.#folder = folder;
    this.#droplets = droplets;
    this.#command = inputs.create;
    this.#input = JSON.parse(inputs.stdin) as SetRouteInput;
  }

  /** Of a stack that is up, and keeps its droplets. */
  static async of(account: CloudAccount, stack: TestStack): Promise<RouteScript> {
    const { output } = await stack.pulumi(["stack", "export", "--stack", stack.name]);
    const state = JSON.parse(output) as { deployment: { resources: RouteResource[] } };
    const found = state.deployment.resources.find(({ urn }) => urn.endsWith("::balancer-route"));
    if (!found) throw new Error("the state has no balancer-route");
    return new RouteScript(account, stack, await account.droplets(stack), found);
  }

  /** Its promise never rejects; its own process is the script's, with no shell between. */
  start(active: Color) {
    const members = this.#droplets
      .filter(({ host }) => host.startsWith(active))
      .map(({ id }) => id);
    const input: SetRouteInput = { ...this.#input, active, members, revision: Date.now() };
    return execa("sh", ["-c", this.#command], {
      cwd: this.#folder,
      env: this.#environment,
      input: JSON.stringify(input),
      all: true,
      reject: false,
    });
  }

  async run(active: Color): Promise<{ ok: boolean; output: string }> {
    const { exitCode, all } = await this.start(active);
    return { ok: exitCode === 0, output: all };
  }
}
