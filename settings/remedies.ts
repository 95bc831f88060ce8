import { closest, distance } from "fastest-levenshtein";
import { shellQuote } from "../lib/shell.ts";
import { allSettings, type Path, pathOf, pathText, type Setting, settingAt } from "./catalog.ts";
import type { Example } from "./fields.ts";

/** The command that sets only this value; by default the schema's example. */
export function setCommand(setting: string | Path, value?: Example, holdsSecret = false): string {
  const path = typeof setting === "string" ? pathOf(setting) : setting;
  const { about = {}, default: byDefault } = settingAt(path) ?? {};
  const before = holdsSecret ? "secret" : undefined;
  const storage = about.storage === "as before" ? before : about.storage;
  return configSet(path, value ?? about.example ?? (byDefault as Example), storage);
}

/** The same for a key of any namespace: `openstack:password`. */
export function configSet(path: Path, value: Example, storage?: "secret" | "plaintext"): string {
  const options = `${storage ? `--${storage} ` : ""}${keyWords(path)}`;
  const text = word(value);
  // A file, such as a key in PEM, may begin like an option too.
  return `pulumi config set ${options} ${/^-|^"\$/.test(text) ? `-- ${text}` : text}`;
}

export function removeCommand(setting: string | Path): string {
  return `pulumi config rm ${keyWords(typeof setting === "string" ? pathOf(setting) : setting)}`;
}

function keyWords(path: Path): string {
  return path.length > 1 ? `--path ${word(pathText(path))}` : word(String(path[0]));
}

/** One word of a POSIX shell. */
function word(value: Example): string {
  if (typeof value === "object") return `"$(${value.command})"`;
  const text = String(value);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuote(text);
}

/** A value of the config that breaks a rule. */
export interface Mistake {
  readonly path: Path;
  readonly value: unknown;
  /** How many entries its list has; undefined outside a list. */
  readonly siblings?: number;
  /** Whether its key holds a secret. */
  readonly holdsSecret: boolean;
}

/** The command that fixes this and keeps everything else. */
export function remedy({ path, value, siblings, holdsSecret }: Mistake): string {
  const setting = settingAt(path);
  if (!setting) return "";
  const sets = setCommands(path, setting, holdsSecret);
  const isLeaf = setting.kind === "value" || setting.about.example !== undefined;
  if (isLeaf || value === undefined || (setting.kind === "list" && Array.isArray(value))) {
    return ` Set it: ${sets.join(" && ")}`;
  }
  // The CLI can't set a name in a text or a list; for a list's entry it would set the next one's.
  if (siblings !== undefined) return removal(siblings > 1 ? path : path.slice(0, -1));
  return sets.length === 0
    ? removal(path)
    : ` Set it: ${[removeCommand(path), ...sets].join(" && ")}`;
}

export const removal = (path: Path) => ` Remove it: ${removeCommand(path)}`;

/** For a single value the value itself, for a group all its required values. */
function setCommands(path: Path, setting: Setting, holdsSecret: boolean): string[] {
  if (setting.kind === "value" || setting.about.example !== undefined) {
    return [setCommand(path, undefined, holdsSecret)];
  }
  if (setting.kind === "record") return [];
  const names = setting.kind === "list" ? [0] : Object.keys(setting.children);
  return names.flatMap((name) => {
    const inner = settingAt([...path, name]);
    if (!inner || (setting.kind === "group" && !inner.isRequired)) return [];
    return setCommands([...path, name], inner, holdsSecret);
  });
}

/**
 * The rule for a setting that does not exist, with the one that was probably meant.
 *
 * @param holdsSecret Whether its key holds a secret.
 */
export function unknownSetting(path: Path, holdsSecret = false): string {
  const [key = ""] = path;
  const inside = path.length === 1 ? pathOf(String(key)) : [];
  if (inside.length > 1 && settingAt(inside))
    return setWithoutPath(String(key), inside, holdsSecret);
  const meant = closestSetting(path);
  return `is not a setting${meant ? `; did you mean ${pathText(meant)}?` : "."}${removal(path)}`;
}

/** Pulumi took `edge.port` as the name of a key. The value is read from there, since it may be a secret. */
function setWithoutPath(key: string, path: Path, holdsSecret: boolean): string {
  const value = { command: `pulumi config get ${word(key)}` };
  const set = configSet(path, value, holdsSecret ? "secret" : "plaintext");
  return `was set without --path, so it has no effect. Set it: ${set} && ${removeCommand([key])}`;
}

/** A setting with a similar name in the same group, else anywhere outside lists. */
function closestSetting(path: Path): Path | undefined {
  const parent = path.slice(0, -1);
  const beside = Object.keys(settingAt(parent)?.children ?? {}).map((key) => [...parent, key]);
  const anywhere = allSettings()
    .map(([one]) => one)
    .sort((a, b) => a.length - b.length);
  const name = (one: Path) => String(one.at(-1)).toLowerCase();
  return [beside, anywhere.filter((one) => !one.includes("*"))]
    .map((paths) => paths.find((one) => name(one) === closest(name(path), paths.map(name))))
    .find((one) => one && distance(name(one), name(path)) <= 2);
}
