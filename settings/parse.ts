import type { z } from "zod";
import type { Color } from "../lib/color.ts";
import { UserError } from "../lib/userError.ts";
import { accountProblems, type GivenAccount, toOpenStackAccount } from "./openStackAccount.ts";
import { GROUPS, remedy, settingPath, unknownSetting } from "./remedies.ts";
import { type ParsedConfig, schema } from "./schema.ts";
import { checkCrossFieldRules } from "./crossFieldRules.ts";
import {
  type CanarySettings,
  type Account,
  DEFAULT_CANARY_HEADER,
  type NameAndValue,
  type PoolSettings,
  type Settings,
} from "./types.ts";

/** A stack's config as Pulumi keeps it: each value as text, without the project's prefix. */
export interface RawConfig {
  readonly values: Readonly<Record<string, string>>;
  /** The keys that hold a secret somewhere. */
  readonly secretKeys: ReadonlySet<string>;
  /** As the provider's own settings and the environment have it; an empty token is none. */
  readonly account: Account;
  readonly openStack: GivenAccount;
}

const STRUCTURED = ["smoke", ...GROUPS];

/**
 * Checks a stack's whole config at once.
 *
 * @throws UserError with one line for every mistake: the setting, the rule, the value, the remedy.
 */
export function parseSettings(raw: RawConfig, stack: string): Settings {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries(raw.values).map(([key, value]) => [key, readValue(key, value)]),
  );
  const parsed = schema.safeParse(values, { reportInput: true });
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => say(issue, raw)));
  problems.push(...checkCrossFieldRules(values), ...checkSecrets(raw), ...checkAccount(raw));
  if (!parsed.success || problems.length > 0) throw problemsError(problems, stack);
  return toSettings(parsed.data, raw);
}

function readValue(key: string, value: string): unknown {
  if (!STRUCTURED.includes(key)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Settings that would stand in the stack file for all to read. */
function checkSecrets(raw: RawConfig): string[] {
  const secrets = [
    ["ssh", "ssh.secret"],
    ["registry", "registry.password"],
  ] as const;
  return secrets
    .filter(([key]) => raw.values[key] !== undefined && !raw.secretKeys.has(key))
    .map(
      ([, setting]) =>
        `${setting}: must be a secret. Set it: pulumi config set --secret --path ${setting} VALUE`,
    );
}

function checkAccount({ values, account, openStack }: RawConfig): string[] {
  if (values["target"] === "ovh") return accountProblems(openStack);
  if (values["target"] !== "digitalocean" || account.token) return [];
  return [
    "digitalocean:token: must be set where the target is digitalocean. Set it: " +
      "export DIGITALOCEAN_TOKEN=..., or pulumi config set --secret digitalocean:token TOKEN",
  ];
}

function problemsError(problems: readonly string[], stack: string): UserError {
  const count = problems.length === 1 ? "A setting" : `${problems.length} settings`;
  const verb = problems.length === 1 ? "is" : "are";
  return new UserError(
    `${count} of the stack "${stack}" ${verb} not right, so nothing was touched:\n` +
      problems.map((problem) => `  ${problem}`).join("\n"),
  );
}

function say(issue: z.core.$ZodIssue, raw: RawConfig): string[] {
  const setting = settingPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const name = settingPath([...issue.path, key]);
      return `${name}: ${unknownSetting(name)}`;
    });
  }
  // The key itself is wrong: an environment variable's or header's name.
  const rule = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? "") : issue.message;
  const isSecret = issue.path.includes("env") || raw.secretKeys.has(String(issue.path[0]));
  return [`${setting}: ${rule}${got(issue, isSecret)}.${remedy(setting)}`];
}

function got(issue: z.core.$ZodIssue, isSecret: boolean): string {
  if (issue.input === undefined) return issue.code === "invalid_key" ? "" : ", but is not set";
  return isSecret ? "" : `, got ${JSON.stringify(issue.input)}`;
}

function toSettings(parsed: ParsedConfig, raw: RawConfig): Settings {
  const pools: Partial<Record<Color, PoolSettings>> = {};
  const { blue, green, canary, smoke, edge, balancer, digitalocean, ovh, release, ...plain } =
    parsed;
  for (const [color, pool] of Object.entries({ blue, green })) {
    if (pool) pools[color as Color] = { ...pool, isSecret: raw.secretKeys.has(color) };
  }
  const { app, target } = plain;
  const kind = balancer ?? (target === "local" ? "edge" : "managed");
  return {
    ...plain,
    pools,
    appIsSecret: raw.secretKeys.has("app"),
    smoke: smoke ?? [{ path: app.healthPath, status: 200, contains: "", headers: {} }],
    edge: { ...edge, port: edge.port ?? (target === "local" ? 8080 : 80) },
    balancer: kind,
    release: {
      ...release,
      source: release.source ?? (kind === "edge" ? "edge" : "probe"),
      probe: { path: app.healthPath, ...release.probe },
    },
    ...(canary && { canary: toCanary(canary) }),
    ...(digitalocean && { digitalocean: { ...digitalocean, account: raw.account } }),
    ...(ovh && { ovh: { ...ovh, account: toOpenStackAccount(raw.openStack, ovh.region) } }),
  };
}

function toCanary(canary: NonNullable<ParsedConfig["canary"]>): CanarySettings {
  return {
    weight: canary.weight,
    header: canary.header === undefined ? DEFAULT_CANARY_HEADER : nameAndValue(canary.header, ":"),
    ...(canary.cookie !== undefined && { cookie: nameAndValue(canary.cookie, "=") }),
  };
}

/** A name alone stands for the value `true`. */
function nameAndValue(text: string, separator: string): NameAndValue {
  const [name = "", value = "true"] = text.split(separator).map((part) => part.trim());
  return { name, value };
}
