import { execa } from "execa";
import type { Color } from "../../lib/color.ts";
import type { TestStack } from "./testStack.ts";

/** The state's content for the resource `balancer-route`. */
interface RouteResource {
  readonly urn: string;
  readonly inputs: { readonly create: string; readonly stdin: string };
}

/** The part of the script's input that depends on the color. */
export type InputFor = (active: Color) => object;

/**
 * The script that moves a cloud's balancer, run as the engine runs it: command and input are those
 * of the stack's last `pulumi up`, with another color.
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
   * For a running stack.
   * @param environment The account, which is secret in the state.
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

  /** Its promise never rejects; the process is the script itself, without a shell in between. */
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
