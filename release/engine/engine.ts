import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CommandError,
  type ConfigMap,
  LocalWorkspace,
  type OutputMap,
  Stack,
} from "@pulumi/pulumi/automation/index.js";
import { GRANT_VARIABLE } from "../../lib/grant.ts";
import { UserError } from "../../lib/userError.ts";
import { readAccounts } from "../../settings/accounts.ts";
import { parseSettings } from "../../settings/parse.ts";
import type { Settings } from "../../settings/types.ts";
import type { ConfigChange } from "../plan/releasePlan.ts";
import type { Report } from "../run/events.ts";
import { type ConfigText, isSetAlone, setAlone } from "./configText.ts";
import { damagedState } from "./damagedState.ts";
import { findPulumi, pathFor } from "./findPulumi.ts";
import { copyStackFile, type ProjectFiles, readStackFile } from "./projectFiles.ts";
import { statePlace, type StatePlace } from "./stateLock.ts";
import { parsed, startOf, Updates } from "./updates.ts";
import { UpEvents } from "./upEvents.ts";

/** Entries of the history to read: rarely have as many refreshes followed the last update. */
const HISTORY_LENGTH = 50;

/** Storage of other vendors refuses the checksums that the CLI's S3 client adds otherwise. */
const NO_NEWER_CHECKSUMS = {
  AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
  AWS_RESPONSE_CHECKSUM_VALIDATION: "when_required",
};

/** How long the CLI may take to print that it was interrupted. */
const NOTICE_MS = 1000;

/** A `pulumi up` that succeeded. */
export interface Update {
  /** Names it in the stack's own history: versions are not counted if the state is a folder or a bucket. */
  readonly startedAt: string;
  /** The stack's. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** One stack, by Pulumi's Automation API: what a user does with `pulumi config set` and `pulumi up`. */
export class Engine {
  readonly #stack: Stack;
  readonly #project: ProjectFiles;
  readonly #cli: string;

  private constructor(stack: Stack, project: ProjectFiles, cli: string) {
    this.#stack = stack;
    this.#project = project;
    this.#cli = cli;
  }

  static async open(project: ProjectFiles, stackName: string): Promise<Engine> {
    const pulumiCommand = await findPulumi(project.folder);
    try {
      const workspace = await LocalWorkspace.create({
        workDir: project.folder,
        pulumiCommand,
        envVars: {
          ...NO_NEWER_CHECKSUMS,
          ...definedIn(process.env, Object.keys(NO_NEWER_CHECKSUMS)),
          PATH: pathFor(pulumiCommand),
          PULUMI_SKIP_UPDATE_CHECK: "true",
          NO_COLOR: "1",
        },
      });
      // Each command names its stack, so the user's selection in this folder stays.
      workspace.selectStack = () => Promise.resolve();
      return new Engine(await Stack.select(stackName, workspace), project, pulumiCommand.command);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new UserError(`select the stack failed: ${printed(error)}`);
    }
  }

  /** @throws UserError that names every mistake in the config. */
  async settings(): Promise<Settings> {
    const { defaults } = this.#project;
    const config = await this.#try("read the config", () => this.#stack.getAllConfig());
    const [file, own] = [await this.stackFile(), this.#ownOf(config)];
    return parseSettings(
      {
        values: {
          ...Object.fromEntries(Object.entries(defaults).map(([key, at]) => [key, String(at)])),
          ...Object.fromEntries(own.map(([key, { value }]) => [key, value])),
        },
        secretKeys: new Set(own.flatMap(([key, { secret }]) => (secret ? [key] : []))),
        accounts: readAccounts((key) => config[key]?.value, process.env),
        file,
      },
      this.#stack.name,
    );
  }

  /** The stack file's values as they are, with secrets in plain text. */
  async config(): Promise<Readonly<Record<string, unknown>>> {
    const config = await this.#try("read the config", () => this.#stack.getAllConfig());
    return Object.fromEntries(this.#ownOf(config).map(([key, { value }]) => [key, parsed(value)]));
  }

  /** Without their prefix. */
  #ownOf(config: ConfigMap) {
    const prefix = `${this.#project.name}:`;
    return Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    );
  }

  /** The stack file as it is now; see `readStackFile`. */
  async stackFile(): Promise<Readonly<Record<string, unknown>>> {
    return readStackFile(this.#project, this.#shortName);
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

  /** Sets texts as they are. */
  async setTexts(texts: readonly ConfigText[]): Promise<void> {
    await this.set(texts.filter((text) => !isSetAlone(text)));
    const place = { cli: this.#cli, folder: this.#project.folder, stack: this.#stack.name };
    for (const text of texts.filter(isSetAlone)) await setAlone(text, place);
  }

  /**
   * Reports what the engine does, and each line that the CLI prints.
   *
   * @param grant For a route that is given for a limited time; see `formatGrant`.
   * @throws UserError with the engine's errors, each with its resource.
   */
  async up(message: string, report: Report, signal: AbortSignal, grant?: string): Promise<Update> {
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
      const { summary, outputs } = await this.#stack.up({
        ...options,
        signal: interrupt.signal,
        onEvent: (event) => events.add(event),
      });
      return {
        startedAt: startOf(summary),
        outputs: plainOutputs(outputs),
      };
    } catch (error) {
      throw await this.#asUserError("pulumi up", error, events.failure);
    } finally {
      signal.removeEventListener("abort", stop);
      clearTimeout(noticing);
    }
  }

  /**
   * What `pulumi up` would do with a changed config. Changes nothing: the config is a copy.
   *
   * @param report Gets what would happen to each resource.
   * @throws UserError with the engine's errors, each with its resource.
   */
  async preview(changes: readonly ConfigChange[], report: Report = () => undefined): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "bluegreen-preview-"));
    const configFile = join(folder, "Pulumi.yaml");
    const events = new UpEvents(report);
    try {
      await copyStackFile(this.#project, this.#shortName, configFile, changes);
      await this.#stack.preview({
        configFile,
        color: "never",
        onEvent: (event) => events.add(event),
      });
    } catch (error) {
      throw await this.#asUserError("pulumi preview", error, events.failure);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The stack's updates, newest first. Secrets are in plain text. */
  async updates(): Promise<Updates> {
    const read = () => this.#stack.history(HISTORY_LENGTH, 1, true);
    return new Updates(this.#project.name, await this.#try("read the history", read));
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return plainOutputs(await this.#try("read the outputs", () => this.#stack.outputs()));
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

  get statePlace(): StatePlace {
    return statePlace(this.#project, this.#shortName);
  }

  get #shortName(): string {
    return this.#stack.name.slice(this.#stack.name.lastIndexOf("/") + 1);
  }

  async #try<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await this.#asUserError(what, error);
    }
  }

  /** @param diagnosis The engine's errors; a command that stops before the engine starts has none. */
  async #asUserError(what: string, error: unknown, diagnosis?: string): Promise<Error> {
    if (!(error instanceof CommandError)) return error as Error;
    const said = diagnosis ?? printed(error);
    const damaged = await damagedState(said, this.statePlace);
    return damaged ?? new UserError(`${what} failed: ${said}`);
  }
}

function plainOutputs(outputs: OutputMap): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
}

function definedIn(
  environment: NodeJS.ProcessEnv,
  names: readonly string[],
): Record<string, string> {
  const entries = names.map((name) => [name, environment[name]] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
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
