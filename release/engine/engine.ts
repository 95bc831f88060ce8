import { CommandError, LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { GRANT_VARIABLE } from "../../lib/grant.ts";
import { UserError } from "../../lib/userError.ts";
import { readAccounts } from "../../settings/accounts.ts";
import { parseSettings } from "../../settings/parse.ts";
import type { Settings } from "../../settings/types.ts";
import type { ConfigChange } from "../plan/releasePlan.ts";
import type { Report } from "../run/events.ts";
import { findPulumi, pathFor } from "./findPulumi.ts";
import { type ProjectFiles, readStackFile } from "./projectFiles.ts";
import { UpEvents } from "./upEvents.ts";

/** Entries of the history to read: only refreshes may follow the last update, and rarely this many. */
const HISTORY_LENGTH = 50;

/** How long the CLI may take to print that it was interrupted. */
const NOTICE_MS = 1000;

/** One stack, by Pulumi's Automation API: what a user does with `pulumi config set` and `pulumi up`. */
export class Engine {
  readonly #stack: Stack;
  readonly #project: ProjectFiles;

  private constructor(stack: Stack, project: ProjectFiles) {
    this.#stack = stack;
    this.#project = project;
  }

  static async open(project: ProjectFiles, stackName: string): Promise<Engine> {
    const pulumiCommand = await findPulumi(project.folder);
    try {
      const workspace = await LocalWorkspace.create({
        workDir: project.folder,
        pulumiCommand,
        envVars: { PATH: pathFor(pulumiCommand), PULUMI_SKIP_UPDATE_CHECK: "true", NO_COLOR: "1" },
      });
      // Each command names its stack, so the user's selection in this folder stays.
      workspace.selectStack = () => Promise.resolve();
      return new Engine(await Stack.select(stackName, workspace), project);
    } catch (error) {
      throw asUserError("select the stack", error);
    }
  }

  /** @throws UserError that names every mistake in the config. */
  async settings(): Promise<Settings> {
    const { name, defaults } = this.#project;
    const config = await this.#try("read the config", () => this.#stack.getAllConfig());
    const prefix = `${name}:`;
    const own = Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    );
    return parseSettings(
      {
        values: {
          ...Object.fromEntries(Object.entries(defaults).map(([key, at]) => [key, String(at)])),
          ...Object.fromEntries(own.map(([key, { value }]) => [key, value])),
        },
        secretKeys: new Set(own.flatMap(([key, { secret }]) => (secret ? [key] : []))),
        accounts: readAccounts((key) => config[key]?.value, process.env),
      },
      this.#stack.name,
    );
  }

  /** The stack file as it is now; see `readStackFile`. */
  async stackFile(): Promise<Readonly<Record<string, unknown>>> {
    return readStackFile(
      this.#project,
      this.#stack.name.slice(this.#stack.name.lastIndexOf("/") + 1),
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
   * Reports what the engine does, and each line that the CLI prints.
   *
   * @param grant For a route that is given for a limited time; see `formatGrant`.
   * @returns when the update started, which names it in the stack's own history: versions are not counted
   *   if the state is a folder or a bucket.
   * @throws UserError with the engine's errors, each with its resource.
   */
  async up(message: string, report: Report, signal: AbortSignal, grant?: string): Promise<string> {
    let isStopping = false;
    const onOutput = byLine((line) => {
      isStopping ||= line.startsWith("^C received");
      report({ event: "output", of: "pulumi", line });
    });
    const events = new UpEvents(report);
    const interrupt = new AbortController();
    // A Ctrl-C at a terminal reaches the CLI as well, and a second one would end it with work half done.
    let noticing: NodeJS.Timeout | undefined;
    const stop = () => {
      noticing = setTimeout(() => isStopping || interrupt.abort(), NOTICE_MS);
    };
    signal.addEventListener("abort", stop, { once: true });
    const options = { message, color: "never", onOutput, onError: onOutput } as const;
    // Empty rather than absent: the environment of this process may have one.
    this.#stack.workspace.envVars[GRANT_VARIABLE] = grant ?? "";
    try {
      const { summary } = await this.#stack.up({
        ...options,
        signal: interrupt.signal,
        onEvent: (event) => events.add(event),
      });
      return new Date(summary.startTime).toISOString();
    } catch (error) {
      throw asUserError("pulumi up", error, events.failure);
    } finally {
      signal.removeEventListener("abort", stop);
      clearTimeout(noticing);
    }
  }

  /**
   * The project's config in the last `pulumi up` that succeeded; undefined before the first.
   * Secrets are in plain text.
   */
  async lastConfig(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const read = () => this.#stack.history(HISTORY_LENGTH, 1, true);
    const updates = await this.#try("read the history", read);
    const last = updates.find(({ kind, result }) => kind === "update" && result === "succeeded");
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

  /** URNs of operations that an interrupted `up` has started and not finished. */
  async pendingOperations(): Promise<string[]> {
    const state = await this.#try("read the state", () => this.#stack.exportStack());
    const { pending_operations: pending } = state.deployment as {
      pending_operations?: readonly { readonly resource: { readonly urn: string } }[];
    };
    return (pending ?? []).map(({ resource }) => resource.urn);
  }

  /** Forgets what a killed `up` was creating. */
  async clearPendingCreates(): Promise<void> {
    const options = { clearPendingCreates: true, color: "never" } as const;
    await this.#try("pulumi refresh", () => this.#stack.refresh(options));
  }

  /** Removes the lock that a killed `up` has left on the state. */
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

/** @param diagnosis The engine's errors; a command that stops before the engine starts has none. */
function asUserError(what: string, error: unknown, diagnosis?: string): Error {
  if (!(error instanceof CommandError)) return error as Error;
  return new UserError(`${what} failed: ${diagnosis ?? printed(error)}`);
}

/** What the CLI printed. A line with the whole command comes before it. */
function printed(error: CommandError): string {
  const { stderr } = (error as unknown as { commandResult: { stderr: string } }).commandResult;
  const [first, ...rest] = stderr.trim().split("\n");
  return (rest.length > 0 ? rest.join("\n") : (first ?? error.message)).trim();
}

/** Splits a stream into lines. */
function byLine(onLine: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}
