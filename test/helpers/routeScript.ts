import { execa } from "execa";
import type { Color } from "../../lib/color.ts";
import type { TestStack } from "./testStack.ts";

/** What the state has of the resource `balancer-route`. */
interface RouteResource {
  readonly urn: string;
  readonly inputs: { readonly create: string; readonly stdin: string };
}

/** What of the script's input is another one for a color. */
export type InputFor = (active: Color) => object;

/**
 * The script that moves a balancer of the cloud, run as the engine runs it: the command and the input are
 * those of the stack's last `pulumi up`, with another color.
 */
export class RouteScript {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #inputFor: InputFor;
  readonly #command: string;
  readonly #input: object;

  private constructor(
    { folder }: TestStack,
    environment: Readonly<Record<string, string>>,
    inputFor: InputFor,
    { inputs }: RouteResource,
  ) {
    this.#folder = folder;
    this.#environment = environment;
    this.#inputFor = inputFor;
    this.#command = inputs.create;
    this.#input = JSON.parse(inputs.stdin) as object;
  }

  /**
   * Of a stack that is up.
   * @param environment The account, which the state has as a secret.
   */
  static async of(
    stack: TestStack,
    environment: Readonly<Record<string, string>>,
    inputFor: InputFor,
  ): Promise<RouteScript> {
    const { output } = await stack.pulumi(["stack", "export", "--stack", stack.name]);
    const state = JSON.parse(output) as { deployment: { resources: RouteResource[] } };
    const found = state.deployment.resources.find(({ urn }) => urn.endsWith("::balancer-route"));
    if (!found) throw new Error("the state has no balancer-route");
    return new RouteScript(stack, environment, inputFor, found);
  }

  /** Its promise never rejects; its own process is the script's, with no shell between. */
  start(active: Color) {
    const input = { ...this.#input, ...this.#inputFor(active) };
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
