import { dirname } from "node:path";
import {
  CommandError,
  LocalWorkspace,
  PulumiCommand,
  Stack,
} from "@pulumi/pulumi/automation/index.js";
import { accountFrom } from "../../settings/digitalOceanAccount.ts";
import { givenAccount } from "../../settings/openStackAccount.ts";
import { parseSettings } from "../../settings/parse.ts";
import type { Settings } from "../../settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import { cliFolder, cliPath, isExecutable } from "./pulumiCli.mjs";
import type { ConfigChange } from "../plan/types.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import { whatWentWrong } from "./upErrors.ts";

/** Between two updates somebody may have refreshed the stack, seldom more often than that. */
const HISTORY_LENGTH = 50;

/** Called with each line that `pulumi up` prints, as it comes. */
export type OnLine = (line: string) => void;

/** One stack, by Pulumi's Automation API: what a user does with `pulumi config set` and `pulumi up`. */
export class Engine {
  readonly #stack: Stack;
  readonly #project: ProjectFiles;

  private constructor(stack: Stack, project: ProjectFiles) {
    this.#stack = stack;
    this.#project = project;
  }

  static async open(project: ProjectFiles, stackName: string): Promise<Engine> {
    const root = dirname(cliFolder());
    const isSetUp = await isExecutable(cliPath());
    const workspace = await LocalWorkspace.create({
      workDir: project.folder,
      pulumiCommand: await PulumiCommand.get(isSetUp ? { root } : {}),
      envVars: {
        // Language hosts lie beside the CLI.
        PATH: `${cliFolder()}:${process.env["PATH"] ?? ""}`,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        NO_COLOR: "1",
      },
    });
    // What the user has selected in this folder stays so: each command names its stack.
    workspace.selectStack = () => Promise.resolve();
    try {
      return new Engine(await Stack.select(stackName, workspace), project);
    } catch (error) {
      throw asUserError("select the stack", error);
    }
  }

  /** @throws UserError that names every mistake in the config. */
  async settings(): Promise<Settings> {
    const { name, defaults } = this.#project;
    const config = await this.#try("read the config", () => this.#stack.getAllConfig());
    const of = (prefix: string) =>
      Object.entries(config).flatMap(([key, value]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
      );
    const own = of(`${name}:`);
    const provider = (prefix: string) => {
      const values = new Map(of(prefix));
      return (key: string) => values.get(key)?.value;
    };
    return parseSettings(
      {
        values: {
          ...Object.fromEntries(Object.entries(defaults).map(([key, at]) => [key, String(at)])),
          ...Object.fromEntries(own.map(([key, { value }]) => [key, value])),
        },
        secretKeys: new Set(own.flatMap(([key, { secret }]) => (secret ? [key] : []))),
        account: accountFrom(provider("digitalocean:"), process.env),
        openStack: givenAccount(provider("openstack:"), process.env),
      },
      this.#stack.name,
    );
  }

  async set(changes: readonly ConfigChange[]): Promise<void> {
    const set = changes.flatMap(({ key, value }) =>
      value === undefined ? [] : [[key, { value }] as const],
    );
    const removed = changes.flatMap(({ key, value }) => (value === undefined ? [key] : []));
    await this.#try("set the config", async () => {
      if (set.length > 0) await this.#stack.setAllConfig(Object.fromEntries(set), true);
      for (const key of removed) await this.#stack.removeConfig(key, true);
    });
  }

  /**
   * @returns when the update began, by which the stack's own history names it: its versions are not
   *   counted where the state is a folder or a bucket.
   * @throws UserError with what went wrong, as `pulumi up` says it.
   */
  async up(message: string, onLine: OnLine, signal: AbortSignal): Promise<string> {
    const lines = new Lines(onLine);
    const onOutput = (text: string) => lines.take(text);
    const run = () =>
      this.#stack.up({ message, color: "never", onOutput, onError: onOutput, signal });
    return new Date((await this.#try("pulumi up", run)).summary.startTime).toISOString();
  }

  /**
   * The project's config in the latest `pulumi up`, however that ended; undefined before the first. Its
   * secrets are plain.
   */
  async lastConfig(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const read = () => this.#stack.history(HISTORY_LENGTH, 1, true);
    const updates = await this.#try("read the history", read);
    const last = updates.find(({ kind }) => kind === "update");
    if (!last) return undefined;
    const prefix = `${this.#project.name}:`;
    const own = Object.entries(last.config).filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(
      own.map(([key, { value }]) => [key.slice(prefix.length), parsed(value)]),
    );
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const outputs = await this.#try("read the outputs", () => this.#stack.outputs());
    return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
  }

  /** What an `up` has begun and nobody has seen the end of; URNs. */
  async pendingOperations(): Promise<string[]> {
    const state = await this.#try("read the state", () => this.#stack.exportStack());
    const { pending_operations: pending } = state.deployment as {
      pending_operations?: readonly { readonly resource: { readonly urn: string } }[];
    };
    return (pending ?? []).map(({ resource }) => resource.urn);
  }

  /** Forgets what an `up` that was killed had begun to create. */
  async clearPendingCreates(): Promise<void> {
    const options = { clearPendingCreates: true, color: "never" } as const;
    await this.#try("pulumi refresh", () => this.#stack.refresh(options));
  }

  /** Takes the state's lock away that a killed `up` has left. */
  async cancel(): Promise<void> {
    await this.#try("pulumi cancel", () => this.#stack.cancel());
  }

  async #try<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asUserError(what, error);
    }
  }
}

/** The history has structured values as JSON. */
function parsed(value: string): unknown {
  return /^[{[]/.test(value) ? (JSON.parse(value) as unknown) : value;
}

function asUserError(what: string, error: unknown): Error {
  if (!(error instanceof CommandError)) return error as Error;
  return new UserError(whatWentWrong(what, error.message));
}

/** Puts the pieces of a stream together to lines. */
class Lines {
  readonly #onLine: OnLine;
  #rest = "";

  constructor(onLine: OnLine) {
    this.#onLine = onLine;
  }

  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#onLine(line);
  }
}
