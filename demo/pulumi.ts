import { createInterface } from "node:readline";
import { execa } from "execa";
import { UserError } from "../lib/userError.ts";
import { cliFolder, cliPath } from "../dev/setup/places.mjs";
import { Interrupted, type Interruption } from "./interruption.ts";
import { shortLine } from "./upLines.ts";
import type { Steps } from "./steps.ts";

/** What `pulumi config --json` gives for one key. */
export interface ConfigValue {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** Called with each line that the CLI prints, as it comes. */
type OnLine = (line: string) => void;

/** The CLI, on one stack of the project in the current folder. */
export class Pulumi {
  readonly stack: string;
  readonly #steps: Steps;
  readonly #interruption: Interruption;

  constructor(stack: string, steps: Steps, interruption: Interruption) {
    this.stack = stack;
    this.#steps = steps;
    this.#interruption = interruption;
  }

  /** Tells the command, runs it, and prints nothing more unless it fails. */
  async tell(...args: readonly string[]): Promise<string> {
    this.#steps.command(["pulumi", ...args]);
    return this.#steps.during(this.ask(...args));
  }

  /** Tells the command, runs it, and prints what it does to the stack in short lines. */
  async show(args: readonly string[], onLine: OnLine = () => undefined): Promise<void> {
    this.#steps.command(["pulumi", ...args]);
    await this.#run(args, (line) => {
      onLine(line);
      const short = shortLine(line);
      if (short !== undefined) this.#steps.say(`  ${short}`);
    });
  }

  /** `pulumi up` as the demo always runs it. */
  async up(onLine?: OnLine): Promise<void> {
    await this.show(["up", "--yes", "--skip-preview"], onLine);
  }

  /** Runs the command without a word, and gives its standard output. */
  async ask(...args: readonly string[]): Promise<string> {
    return (await this.#run(args)).stdout;
  }

  /** All config of the stack by key, without the project's prefix. */
  async config(): Promise<Readonly<Record<string, ConfigValue>>> {
    const all = JSON.parse(await this.ask("config", "--json")) as Record<string, ConfigValue>;
    return Object.fromEntries(
      Object.entries(all).map(([key, value]) => [key.slice(key.indexOf(":") + 1), value]),
    );
  }

  async exists(): Promise<boolean> {
    const list = JSON.parse(await this.ask("stack", "ls", "--json")) as { name: string }[];
    return list.some(({ name }) => name === this.stack);
  }

  async #run(args: readonly string[], onLine?: OnLine) {
    this.#interruption.check();
    const child = execa(cliPath(), args, {
      env: this.#environment(args),
      stdin: "ignore",
      all: true,
      reject: false,
      // Away from the terminal's signals: a second SIGINT would end an update half-way.
      detached: true,
    });
    const lines = createInterface({ input: child.all });
    if (onLine) lines.on("line", onLine);
    const stopListening = this.#interruption.onEach(() => child.kill("SIGINT"));
    const result = await child;
    stopListening();
    if (this.#interruption.isRequested) throw new Interrupted();
    if (result.failed) throw failure(args, result.all || (result.shortMessage ?? ""));
    return { stdout: result.stdout };
  }

  #environment(args: readonly string[]): NodeJS.ProcessEnv {
    const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE, PATH = "" } = process.env;
    const isWithout =
      PULUMI_CONFIG_PASSPHRASE === undefined && PULUMI_CONFIG_PASSPHRASE_FILE === undefined;
    return {
      // Language hosts lie beside the CLI.
      PATH: `${cliFolder()}:${PATH}`,
      ...(isWithout && { PULUMI_CONFIG_PASSPHRASE: "" }),
      // What runs at the same time in this folder may select another stack.
      ...(args[0] !== "stack" && { PULUMI_STACK: this.stack }),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
  }
}

function failure(args: readonly string[], output: string): UserError {
  return new UserError(`pulumi ${args.join(" ")} failed. All that it said:\n\n${output.trim()}`);
}
