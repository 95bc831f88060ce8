import { UserError } from "../../lib/userError.ts";
import { type CliContext, openCliContext, type Options } from "./cliContext.ts";
import { EXIT } from "./exitCodes.ts";
import { Refused } from "./refused.ts";
import { LockedError } from "../store/lease.ts";

/** As yargs has them. */
export interface RawOptions {
  readonly stack?: string | undefined;
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Runs a command and sets the exit code; an error that the user has to deal with is its message alone. */
export async function runCommand(
  raw: RawOptions,
  work: (cli: CliContext) => Promise<number>,
): Promise<void> {
  const options: Options = {
    json: raw.json,
    yes: raw.yes,
    dryRun: raw.dryRun,
    ...(raw.stack !== undefined && { stack: raw.stack }),
  };
  try {
    process.exitCode = await work(await openCliContext(options));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message } = error;
    if (options.json) console.log(JSON.stringify({ event: "error", text: message }));
    else console.error(`\n${message}`);
    process.exitCode = exitCodeFor(error);
  }
}

function exitCodeFor(error: UserError): number {
  if (error instanceof LockedError) return EXIT.locked;
  return error instanceof Refused ? EXIT.refused : EXIT.error;
}
