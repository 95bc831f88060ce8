import type { Color } from "../../lib/color.ts";
import { scriptCall } from "../../lib/hostScript.ts";
import { Secrets } from "../../lib/secrets.ts";
import { exec, type ExecHost, type ExecResult, THIS_MACHINE } from "../machine/exec.ts";
import { sshSecretsFromEnvironment } from "../machine/hostKeys.ts";
import { readySshTarget } from "../machine/sshTarget.ts";

/** A host of the stack. */
export interface StepHost {
  /** `green-1` */
  readonly name: string;
  /** For SSH; undefined for this machine. */
  readonly address?: string;
}

/** What `DatabaseMigration` wants done. */
export interface MigrationInput {
  /** Whose version migrates. */
  readonly color: Color;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly isDeployed: boolean;
  readonly host: StepHost;
  /** The host script that migrates, and the one that goes back. */
  readonly migrate: string;
  readonly revert?: string;
  /** Scripts that ask the live color's hosts. */
  readonly liveGates: readonly { readonly host: StepHost; readonly script: string }[];
  /** How long a migration may take. */
  readonly seconds: number;
  /** Kept out of what is printed. */
  readonly hidden: readonly string[];
}

/** Runs a host script. */
export type RunScript = (host: StepHost, script: string, seconds: number) => Promise<ExecResult>;

/** For the last words of a script that is late. */
const GRACE_SECONDS = 60;
const GATE_SECONDS = 120;

/**
 * The step `database-migration`: migrates, and asks the live color's checks again.
 *
 * @returns what the migration printed.
 * @throws Error if it failed, or the live color does not live with the new schema.
 */
export async function migrateDatabase(input: MigrationInput): Promise<string> {
  const secrets = new Secrets(input.hidden);
  try {
    return secrets.mask(await migrateAndAsk(input, runOn(input.stack)));
  } catch (error) {
    throw new Error(secrets.mask((error as Error).message), { cause: error });
  }
}

export async function migrateAndAsk(input: MigrationInput, run: RunScript): Promise<string> {
  const { color, host, migrate, liveGates, seconds, isDeployed } = input;
  if (!isDeployed) return `${color} was deployed before; its image migrates nothing`;
  const migrated = await run(host, migrate, seconds + GRACE_SECONDS);
  if (migrated.code !== 0) {
    throw new Error(`${saidBy(migrated)}\nThe route is unchanged, and so are both colors.`);
  }
  const answers = await Promise.all(
    liveGates.map((gate) => run(gate.host, gate.script, GATE_SECONDS)),
  );
  const refused = answers.filter(({ code }) => code !== 0);
  if (refused.length === 0) return migrated.stdout.trim();
  throw new Error(
    [
      ...[
        "The version with the traffic does not live with the new schema:",
        ...refused.map(saidBy),
      ],
      await goBack(input, run),
      "The route is unchanged, and so are both colors. What the migration printed:",
      migrated.stdout.trim(),
    ].join("\n"),
  );
}

/** @returns what has become of the schema. */
async function goBack({ host, revert, seconds }: MigrationInput, run: RunScript): Promise<string> {
  if (revert === undefined) {
    return "The new schema stays: database.revert is not set. Make the schema as it was, now: users are on the old version.";
  }
  const reverted = await run(host, revert, seconds + GRACE_SECONDS);
  return reverted.code === 0
    ? `database.revert has run:\n${reverted.stdout.trim()}`
    : `database.revert failed too, so the new schema stays:\n${saidBy(reverted)}`;
}

function saidBy({ code, stdout, stderr }: ExecResult): string {
  return stderr.trim() || stdout.trim() || `a script on the host ended with code ${code}`;
}

function runOn(stack: string): RunScript {
  return ({ name, address }, script, seconds) => {
    const machine: ExecHost =
      address === undefined
        ? THIS_MACHINE
        : readySshTarget(
            { hostName: name, publicAddress: address },
            stack,
            sshSecretsFromEnvironment(),
          );
    const shell = ["sh", "-c", scriptCall("up")];
    return exec(machine, shell, { input: script, timeoutMs: seconds * 1000 });
  };
}
