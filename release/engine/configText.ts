import { exec, THIS_MACHINE } from "../../components/machine/exec.ts";
import { UserError } from "../../lib/userError.ts";

const SET_MS = 60_000;

/** A text for the config. */
export interface ConfigText {
  /** `app.env.LOG_LEVEL` */
  readonly key: string;
  readonly value: string;
  readonly isSecret: boolean;
}

/** The stack file that gets it, by the CLI. */
export interface ConfigPlace {
  readonly cli: string;
  readonly folder: string;
  readonly stack: string;
}

/**
 * Whether it can't be set together with others: all users of a machine can read its command lines, and the CLI
 * stores what looks like a number as one, a telephone number without its plus sign.
 */
export function isSetAlone({ value, isSecret }: ConfigText): boolean {
  return isSecret || (/^[+-]?\d+$/.test(value) && String(Number(value)) !== value);
}

/** Passes the value on standard input. @throws UserError */
export async function setAlone({ key, value, isSecret }: ConfigText, place: ConfigPlace) {
  const storage = isSecret ? ["--secret"] : ["--type", "string"];
  // Else the CLI takes the last line breaks away.
  const raw = /[\r\n]$/.test(value) ? ["--raw"] : [];
  const set = ["config", "set", "--path", ...storage, ...raw, "--stack", place.stack, key];
  const { code, stderr } = await exec(THIS_MACHINE, [place.cli, "-C", place.folder, ...set], {
    input: value,
    timeoutMs: SET_MS,
  });
  if (code !== 0) throw new UserError(`pulumi config set ${key} failed: ${stderr.trim()}`);
}
