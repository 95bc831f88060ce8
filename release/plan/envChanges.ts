import { parse } from "dotenv";
import { env } from "../../settings/appSchema.ts";
import { valueIn } from "../../settings/group.ts";
import { UserError } from "../../lib/userError.ts";

/** The setting that holds environment variables: `app.env`, or a color's own. */
export type EnvGroup = "app" | "blue" | "green";

/** A variable of the stack file that gets another value. */
export interface EnvChange {
  /** `app.env.LOG_LEVEL` */
  readonly key: string;
  readonly value: string;
  readonly isSecret: boolean;
  readonly isNew: boolean;
}

/**
 * The variables of a dotenv file.
 *
 * @param file For messages.
 * @throws UserError that names all that can't be set; never a value.
 */
export function readVariables(text: string, file: string): Readonly<Record<string, string>> {
  const found = parse(text);
  if (Object.keys(found).length === 0) {
    throw new UserError(`--file: must have lines such as LOG_LEVEL=info, but ${file} has none.`);
  }
  const checked = env.safeParse(found);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => {
    const rule = issue.code === "invalid_key" ? issue.issues[0]?.message : issue.message;
    return `  ${issue.path.map(String).join(".")}: ${rule}`;
  });
  throw new UserError(
    `--file: ${file} has variables that can't be set, so nothing was changed. Correct or remove them there:\n` +
      problems.join("\n"),
  );
}

/**
 * What differs from the stack file. A variable that is a secret there stays one.
 *
 * @param plain The config with its secrets decrypted, by top-level key.
 * @param file As it is in the stack file, with an object with `secure` for a secret.
 */
export function envChanges(
  variables: Readonly<Record<string, string>>,
  group: EnvGroup,
  asSecrets: boolean,
  plain: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
): EnvChange[] {
  const now = valueIn(plain[group], "env");
  const stored = valueIn(file[group], "env");
  return Object.entries(variables).flatMap(([name, value]) => {
    const before = valueIn(now, name) as string | number | boolean | undefined;
    const wasSecret = valueIn(valueIn(stored, name), "secure") !== undefined;
    const isSecret = asSecrets || wasSecret;
    const isSame = before !== undefined && String(before) === value && isSecret === wasSecret;
    const change = { key: `${group}.env.${name}`, value, isSecret, isNew: before === undefined };
    return isSame ? [] : [change];
  });
}

/** One line for people, without the value, which may be a secret. */
export function describeChange({ key, isSecret, isNew }: EnvChange): string {
  return `${key} (${[isNew ? "new" : "changed", ...(isSecret ? ["secret"] : [])].join(", ")})`;
}
