import type { ArgumentsCamelCase, Argv } from "yargs";
import { UserError } from "../../lib/userError.ts";
import { type CliContext, openCliContext, type Options } from "./cliContext.ts";
import { EXIT, exitCodeOfError } from "./exitCodes.ts";
import { printJson } from "../output/reports.ts";
import type { StackContext } from "./stackContext.ts";

/**
 * A command of `bluegreen`. Each has its own file with the command's name, which imports the engine and the
 * clouds only in `run`: help and completion must not wait for these.
 */
export interface Command<Flags extends Options> {
  /** With its positional arguments: `history [id]`. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly flags: (args: Argv<Options>) => Argv<Flags>;
  /** Whether it runs although the stack file can't be read. */
  readonly needsNoFile?: true;
  /** @returns the exit code. */
  readonly run: (cli: CliContext, flags: ArgumentsCamelCase<Flags>) => Promise<number>;
}

/** Adds a command to the command line. */
export type Registration = (cli: Argv<Options>) => Argv<Options>;

export function defineCommand<Flags extends Options>(command: Command<Flags>): Registration {
  const { usage, summary, examples, flags, needsNoFile, run } = command;
  return (cli) =>
    cli.command(
      usage,
      summary,
      (args) => flags(args).example(examples.map((example) => [`$0 ${example}`, ""])),
      (given) =>
        runCommand(given, async (context) => {
          if (context.fileProblem && !needsNoFile) throw context.fileProblem;
          return run(context, given);
        }),
    );
}

/** The flag of commands that may wait for a person. */
export function waitFlag(args: Argv<Options>) {
  return args.option("wait", {
    type: "number",
    default: 3600,
    describe: "Seconds to wait for promote or abort",
  });
}

/** Loads the engine, which takes a second, and asks the Pulumi CLI. */
export async function openStack(cli: CliContext): Promise<StackContext> {
  if (cli.fileProblem) throw cli.fileProblem;
  const { openStackContext } = await import("./stackContext.ts");
  const stackContext = await openStackContext(cli);
  cli.keep(stackContext.settings.secrets);
  return stackContext;
}

/** Sets the exit code. Prints only the message of a `UserError`. */
async function runCommand(
  options: Options,
  work: (cli: CliContext) => Promise<number>,
): Promise<void> {
  let cli: CliContext | undefined;
  try {
    cli = await openCliContext(options);
    process.exitCode = await work(cli);
  } catch (error) {
    printError(error as Error, options, cli?.mask);
  }
}

/** Prints only the message of a `UserError`, and sets the exit code. */
export function printError(
  thrown: Error,
  { json }: Pick<Options, "json">,
  mask = (text: string) => text,
): void {
  const error = systemProblem(thrown) ?? thrown;
  const isExpected = error instanceof UserError;
  const text = mask(isExpected ? error.message : (error.stack ?? error.message));
  if (json) printJson({ event: "error", text });
  else console.error(`\n${text}`);
  process.exitCode = isExpected ? exitCodeOfError(error) : EXIT.error;
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space there.",
  EDQUOT: "Free some space there.",
  EROFS: "Make it writable.",
  EACCES: "Correct its permissions.",
  EPERM: "Correct its permissions.",
  ENOEXEC: "Install it again for this machine.",
};

/** An error of the operating system that a user can mend; undefined for others. */
export function systemProblem(error: unknown): UserError | undefined {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const remedy = REMEDIES[code];
  return remedy === undefined ? undefined : new UserError(`${message}. ${remedy}`);
}

/** Aborts when the user asks the command to stop. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** Restores the default handling of signals. */
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Stays in place for every further signal: without it, the Automation API's own handler would end this
 * process immediately, with the lock held and `pulumi up` at work.
 */
export function listenForStop(): StopSignal {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) console.error("Still stopping: the current command ends first.");
    stopping.abort();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    signal: stopping.signal,
    dispose: () => {
      for (const signal of SIGNALS) process.removeListener(signal, stop);
    },
  };
}
