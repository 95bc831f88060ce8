import type { z } from "zod";
import type { Color } from "../lib/color.ts";
import { UserError } from "../lib/userError.ts";
import { accountProblems, type GivenAccounts } from "./accounts.ts";
import { allSettings, type Path, pathText, settingAt } from "./catalog.ts";
import { checkCrossFieldRules } from "./crossFieldRules.ts";
import { valueIn } from "./group.ts";
import { toOpenStackAccount } from "./openStackAccount.ts";
import { nameAndValue } from "./nameAndValue.ts";
import { secretsOf, type StackFile } from "./secretTexts.ts";
import { removal, remedy, setCommand, unknownSetting } from "./remedies.ts";
import { type ParsedConfig, schema } from "./schema.ts";
import { DEFAULTS, TARGETS } from "./targets.ts";
import {
  type AppSettings,
  type CanarySettings,
  DEFAULT_CANARY_HEADER,
  type PoolSettings,
  type Settings,
} from "./types.ts";

/** A stack's config as Pulumi stores it: each value as text, without the project's prefix. */
export interface RawConfig {
  readonly values: Readonly<Record<string, string>>;
  /** The keys that hold a secret somewhere. */
  readonly secretKeys: ReadonlySet<string>;
  /** Where in these keys; left out if the stack file can't be read. */
  readonly file?: StackFile;
  readonly accounts: GivenAccounts;
}

/**
 * Checks a stack's whole config in one pass.
 *
 * @throws UserError with one line for every mistake: the setting, the rule, the value, the remedy.
 */
export function parseSettings(raw: RawConfig, stack: string): Settings {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries(raw.values).map(([key, value]) => [key, readValue(key, value)]),
  );
  const secrets = secretsOf(values, raw.secretKeys, raw.file);
  const parsed = schema.safeParse(values, { reportInput: true });
  if (!parsed.success) {
    problems.push(...parsed.error.issues.flatMap((issue) => describe(issue, values, raw)));
  }
  problems.push(...checkCrossFieldRules(values), ...checkSecrets(raw), ...checkAccount(raw));
  if (!parsed.success || problems.length > 0) {
    throw problemsError(
      problems.map((line) => secrets.mask(keepJsonText(line, raw))),
      stack,
    );
  }
  return { ...toSettings(parsed.data, raw), secrets };
}

function readValue(key: string, value: string): unknown {
  const kind = settingAt([key])?.kind ?? "value";
  if (kind === "value") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Finds secrets that anyone with the stack file could read. */
function checkSecrets({ values, secretKeys }: RawConfig): string[] {
  return allSettings()
    .filter(([, setting]) => setting.about.storage === "secret" && setting.isRequired)
    .map(([path]) => [String(path[0]), pathText(path)] as const)
    .filter(([key]) => values[key] !== undefined && !secretKeys.has(key))
    .map(([, setting]) => {
      const same = { command: `pulumi config get --path ${setting}` };
      return `${setting}: must be stored as a secret. Set it: ${setCommand(setting, same)}`;
    });
}

function checkAccount({ values, accounts }: RawConfig): string[] {
  const target = TARGETS.find((name) => name === values["target"]);
  return target === undefined ? [] : accountProblems(target, accounts);
}

function problemsError(problems: readonly string[], stack: string): UserError {
  const count = problems.length === 1 ? "A setting" : `${problems.length} settings`;
  const verb = problems.length === 1 ? "is" : "are";
  return new UserError(
    `${count} of the stack "${stack}" ${verb} invalid, so nothing was changed:\n` +
      problems.map((problem) => `  ${problem}`).join("\n"),
  );
}

function describe(issue: z.core.$ZodIssue, values: unknown, raw: RawConfig): string[] {
  const path = issue.path as Path;
  const setting = pathText(path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const unknown = [...path, key];
      const isSecret = raw.secretKeys.has(String(unknown[0]));
      return `${pathText(unknown)}: ${unknownSetting(unknown, isSecret)}`;
    });
  }
  if (issue.code === "invalid_key") {
    // The key itself is wrong: an environment variable's or header's name.
    return [`${setting}: ${issue.issues[0]?.message}.${removal(path)}`];
  }
  const holdsSecret = raw.secretKeys.has(String(path[0]));
  const got = gotText(issue, holdsSecret || path.includes("env"));
  const valid =
    issue.code === "custom" ? (issue.params?.["valid"] as string | undefined) : undefined;
  if (valid !== undefined) {
    return [`${setting}: ${issue.message}${got}. Set it: ${setCommand(path, valid, holdsSecret)}`];
  }
  const isExtra = issue.code === "custom" && issue.params?.["isExtra"] === true;
  const list = path.slice(0, -1).reduce(valueIn, values);
  const siblings = Array.isArray(list) ? { siblings: list.length } : {};
  const mistake = { path, value: issue.input, holdsSecret, ...siblings };
  return [`${setting}: ${issue.message}${got}.${isExtra ? removal(path) : remedy(mistake)}`];
}

function gotText({ input, message }: z.core.$ZodIssue, isSecret: boolean): string {
  if (input === undefined) return message.startsWith("must be set") ? "" : ", but is not set";
  return isSecret ? "" : `, got ${JSON.stringify(input)}`;
}

/** If a key was set as JSON text, `config set --path` would replace all of it. */
function keepJsonText(line: string, { values }: RawConfig): string {
  const [, key = ""] = /--path '?(\w+)/.exec(line) ?? [];
  const value = values[key];
  if (value === undefined || !isJsonText(value)) return line;
  const instead = `Correct the JSON text of ${key}; pulumi config set --path would replace all of it`;
  return line.replace(/ [A-Z][^:.]*: pulumi config .*$/, ` ${instead}`);
}

/** Pulumi itself writes JSON with sorted names, without spaces, and escaped for HTML. */
function isJsonText(value: string): boolean {
  const sorted = (_: string, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  try {
    const plain = value.replace(/\\u(003[ce]|0026|202[89])/g, (_, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    );
    return JSON.stringify(JSON.parse(value), sorted) !== plain;
  } catch {
    return false;
  }
}

function toSettings(parsed: ParsedConfig, raw: RawConfig): Omit<Settings, "secrets"> {
  const pools: Partial<Record<Color, PoolSettings>> = {};
  const { blue, green, app, processes, canary, smoke, edge, ...others } = parsed;
  const { digitalocean, ovh, release, ...plain } = others;
  for (const [color, pool] of Object.entries({ blue, green })) {
    if (pool) pools[color as Color] = pool;
  }
  const { target, tls } = plain;
  const healthHost = tls?.domains?.[0] ?? "localhost";
  const of = (pool?: PoolSettings): AppSettings => ({
    ...{ healthHost, ...app, ...pool?.app },
    env: { ...app.env, ...pool?.env },
  });
  const apps = { blue: of(blue), green: of(green) };
  const balancer = plain.balancer ?? DEFAULTS[target].balancer;
  return {
    ...plain,
    pools,
    apps,
    processes: { blue: processes, green: processes },
    smoke: smoke ?? [],
    edge: { ...edge, port: edge.port ?? DEFAULTS[target].port },
    balancer,
    release: {
      ...release,
      source: release.source ?? (balancer === "edge" ? "edge" : "probe"),
      probe: { path: apps[plain.activeColor].healthPath, ...release.probe },
    },
    ...(canary && { canary: toCanary(canary) }),
    ...(digitalocean && { digitalocean: { ...digitalocean, account: raw.accounts.digitalocean } }),
    ...(ovh && { ovh: { ...ovh, account: toOpenStackAccount(raw.accounts.ovh, ovh.region) } }),
  };
}

function toCanary(canary: NonNullable<ParsedConfig["canary"]>): CanarySettings {
  return {
    weight: canary.weight,
    header: canary.header === undefined ? DEFAULT_CANARY_HEADER : nameAndValue(canary.header, ":"),
    ...(canary.cookie !== undefined && { cookie: nameAndValue(canary.cookie, "=") }),
  };
}
