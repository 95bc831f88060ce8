import {
  allSettings,
  type Path,
  pathText,
  type Setting,
  settingAt,
} from "../../settings/catalog.ts";

/** Which settings each table has, by the name in its marker. */
const TABLES: Readonly<Record<string, (key: string, about: Setting["about"]) => boolean>> = {
  everywhere: (key, about) => key !== "release" && about.targets === undefined,
  clouds: (_, about) => about.targets !== undefined,
  releases: (key) => key === "release",
};

interface Row {
  readonly names: readonly string[];
  readonly cells: readonly string[];
}

/**
 * Writes the tables of settings into a document: each between `<!-- settings: NAME -->` and
 * `<!-- end of settings -->`.
 */
export function writeTables(text: string): string {
  return text.replace(
    /(<!-- settings: (\w+) -->).*?(<!-- end of settings -->)/gs,
    (_, begin: string, name: string, end: string) => {
      const has = TABLES[name];
      if (!has) throw new Error(`there is no table "${name}"`);
      return `${begin}\n\n${table(has)}\n\n${end}`;
    },
  );
}

function table(has: (typeof TABLES)[string]): string {
  const settings = allSettings();
  const keys = settings.filter(
    ([path, { about }]) => path.length === 1 && has(`${path[0]}`, about),
  );
  const rows = keys.flatMap(([[key]]) =>
    settings
      .filter(([path, { about }]) => path[0] === key && about.description !== undefined)
      .filter(([path]) => !isListedByGroup(path))
      .map(([path, setting]) => ({ names: [keyText(path)], cells: cellsOf(setting) })),
  );
  const lines = merged(rows).map(({ names, cells }) =>
    [nameCell(names), ...cells].map((cell) => cell.replaceAll("|", "\\|")).join(" | "),
  );
  return ["key | form | default | meaning", "--- | --- | --- | ---", ...lines]
    .map((line) => `| ${line} |`)
    .join("\n");
}

/** `smoke[*].path`, and `processes.<name>.command` for what the user names. */
function keyText(path: Path): string {
  const isNamed = (at: number) => settingAt(path.slice(0, at))?.kind === "record";
  return pathText(path.map((step, at) => (step === "*" && isNamed(at) ? "<name>" : step)));
}

/** The row of `blue.app` lists what a color can have for itself, and the rows of `app` describe it. */
function isListedByGroup(path: readonly (string | number)[]): boolean {
  return path.length > 2 && path[1] === "app";
}

function cellsOf({ about, isRequired, default: given }: Setting): string[] {
  const isNothing = [undefined, '""', "[]", "{}"].includes(JSON.stringify(given));
  const absent = isRequired ? "required" : "none";
  const shown = isNothing ? absent : `\`${String(given)}\``;
  return [about.form ?? "", about.defaultsTo ?? shown, about.description ?? ""];
}

/** Settings that differ by one name only, such as those of both colors, have one row. */
function merged(rows: readonly Row[]): Row[] {
  const byText = new Map<string, Row>();
  for (const { names, cells } of rows) {
    const text = JSON.stringify([names[0]?.split(".").at(-1), cells]);
    byText.set(text, { names: [...(byText.get(text)?.names ?? []), ...names], cells });
  }
  return [...byText.values()];
}

function nameCell(names: readonly string[]): string {
  if (names.length <= 2) return names.map((name) => `\`${name}\``).join(", ");
  const [first = "", ...others] = names.map((name) => name.split("."));
  const common = [...first].map((step, at) =>
    others.every((one) => one[at] === step) ? step : "*",
  );
  return `\`${common.join(".")}\``;
}
