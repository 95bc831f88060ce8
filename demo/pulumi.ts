import { createInterface } from "node:readline";
import { execa } from "execa";
import { UserError } from "../lib/userError.ts";
import { cliFolder, cliPath } from "../dev/setup/places.mjs";
import { Interrupted, type Interruption } from "./interruption.ts";
import type { Meanings } from "../release/output/describe.ts";
import { isMinorChange, shortLine } from "./upLines.ts";
import type { Steps } from "./steps.ts";

/** One key in `pulumi config --json`. */
export interface ConfigValue {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** Called with each line that the CLI prints. */
type OnLine = (line: string) => void;

/** The longest displayed name is `balancer-traffic`. */
const CLOUD_NAME_WIDTH = 16;

export interface PulumiOptions {
  /** Added to the user's own; undefined removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Describes the resources to show; others are only counted. By default all are shown. */
  readonly meanings?: Meanings;
}

/** The CLI for one stack of the project in the current folder. */
export class Pulumi {
  readonly stack: string;
  readonly #steps: Steps;
  readonly #interruption: Interruption;
  readonly #options: PulumiOptions;

  constructor(
    stack: string,
    steps: Steps,
    interruption: Interruption,
    options: PulumiOptions = {},
  ) {
    this.stack = stack;
    this.#steps = steps;
    this.#interruption = interruption;
    this.#options = options;
  }

  /** Prints the command and runs it; prints nothing more unless it fails. */
  async tell(...args: readonly string[]): Promise<string> {
    this.#steps.command(["pulumi", ...args]);
    return this.#steps.during(this.ask(...args));
  }

  /** Prints the command, runs it, and prints what it does to the stack in short lines. */
  async show(args: readonly string[], onLine: OnLine = () => undefined): Promise<void> {
    const { meanings } = this.#options;
    let others = 0;
    this.#steps.command(["pulumi", ...args]);
    await this.#run(args, (line) => {
      onLine(line);
      if (meanings && isMinorChange(line, meanings)) others++;
      else {
        const short = shortLine(line, meanings, meanings && CLOUD_NAME_WIDTH);
        if (short !== undefined) this.#steps.say(`  ${short}`);
      }
    });
    if (others > 0) this.#steps.say(`  and ${others} more`);
  }

  /** `pulumi up` as the demo always runs it. */
  async up(onLine?: OnLine): Promise<void> {
    await this.show(["up", "--yes", "--skip-preview"], onLine);
  }

  /** Runs the command silently. @returns its standard output. */
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
    return (await this.#stacks()).some(({ name }) => name === this.stack);
  }

  /** The stack that the user has selected in this folder. */
  async selected(): Promise<string | undefined> {
    return (await this.#stacks()).find(({ current }) => current)?.name;
  }

  async #stacks(): Promise<{ readonly name: string; readonly current: boolean }[]> {
    return JSON.parse(await this.ask("stack", "ls", "--json")) as {
      name: string;
      current: boolean;
    }[];
  }

  async #run(args: readonly string[], onLine?: OnLine) {
    this.#interruption.check();
    const child = execa(cliPath(), args, {
      env: this.#environment(args),
      stdin: "ignore",
      all: true,
      reject: false,
      // Shielded from the terminal's signals: a second SIGINT would kill an update halfway.
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
      // Language hosts are beside the CLI.
      PATH: `${cliFolder()}:${PATH}`,
      ...(isWithout && { PULUMI_CONFIG_PASSPHRASE: "" }),
      // Another program in this folder may select another stack meanwhile.
      ...(args[0] !== "stack" && { PULUMI_STACK: this.stack }),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
      ...this.#options.environment,
    };
  }
}

function failure(args: readonly string[], output: string): UserError {
  return new UserError(`pulumi ${args.join(" ")} failed. Its output:\n\n${output.trim()}`);
}
