import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { UserError } from "../../lib/userError.ts";
import type { ConfigChange } from "../plan/releasePlan.ts";
import { pulumiHome } from "./pulumiHome.mjs";

/** The content of a project's files, read without the CLI, which takes a second to answer. */
export interface ProjectFiles {
  readonly folder: string;
  readonly name: string;
  /** Defaults of the `config:` block, by key without the project's prefix. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly backendUrl: string;
}

type Yaml = Readonly<Record<string, unknown>>;

/** @throws UserError if the folder has no project. */
export async function readProject(folder: string): Promise<ProjectFiles> {
  const yaml = await readYaml(join(folder, "Pulumi.yaml"));
  if (!yaml) {
    throw new UserError(
      "There is no Pulumi.yaml here. Run bluegreen in the folder of the project.",
    );
  }
  const config = Object.entries((yaml["config"] ?? {}) as Record<string, { default?: unknown }>);
  return {
    folder,
    name: String(yaml["name"]),
    defaults: Object.fromEntries(
      config.flatMap(([key, value]) =>
        value.default === undefined ? [] : [[key, value.default] as const],
      ),
    ),
    backendUrl: await backendUrl(yaml),
  };
}

/**
 * The plain values of a stack file, by key without the project's prefix. A secret is an object with
 * `secure`.
 */
export async function readStackFile(project: ProjectFiles, stack: string) {
  const { name, defaults } = project;
  const yaml = await readYaml(stackFileOf(project, stack));
  if (!yaml) {
    throw new UserError(
      `There is no Pulumi.${stack}.yaml here, so no stack ${stack} to release to. ` +
        "List the stacks: pulumi stack ls. Name one: --stack NAME",
    );
  }
  const values = Object.entries((yaml["config"] ?? {}) as Record<string, unknown>);
  const own = values.flatMap(([key, value]) =>
    key.startsWith(`${name}:`) ? [[key.slice(name.length + 1), value] as const] : [],
  );
  return { ...defaults, ...Object.fromEntries(own) };
}

/** Writes a stack file with changes. One within a group that is a secret, or JSON text, is left out. */
export async function copyStackFile(
  project: ProjectFiles,
  stack: string,
  to: string,
  changes: readonly ConfigChange[],
): Promise<void> {
  const yaml = (await readYaml(stackFileOf(project, stack))) ?? {};
  const config = { ...(yaml["config"] as Yaml | undefined) };
  for (const { key, value } of changes) {
    const [group = "", part] = key.split(".");
    const name = `${project.name}:${group}`;
    if (part === undefined) config[name] = value;
    else if (isPlainGroup(config[name])) config[name] = { ...config[name], [part]: value };
  }
  // JSON leaves out what is undefined, which YAML can't express.
  const text = JSON.stringify({ ...yaml, config });
  await writeFile(to, text, { mode: 0o600 });
}

function isPlainGroup(value: unknown): value is Yaml | undefined {
  return (
    value === undefined || (typeof value === "object" && value !== null && !("secure" in value))
  );
}

function stackFileOf({ folder }: ProjectFiles, stack: string): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}

/** Searches in the CLI's order. */
async function backendUrl(project: Yaml): Promise<string> {
  const { PULUMI_BACKEND_URL } = process.env;
  if (PULUMI_BACKEND_URL) return PULUMI_BACKEND_URL;
  const { url } = (project["backend"] ?? {}) as { url?: string };
  if (url !== undefined) return url;
  const file = join(pulumiHome(), "credentials.json");
  const text = await readFile(file, "utf8").catch(() => "{}");
  return (JSON.parse(text) as { current?: string }).current ?? "https://api.pulumi.com";
}

async function readYaml(file: string): Promise<Yaml | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return (load(text) ?? {}) as Yaml;
  } catch (error) {
    // The first line names the mistake and where it is; a drawing of the place follows.
    const [mistake] = (error as Error).message.split("\n");
    throw new UserError(`${file} is not valid YAML: ${mistake}. Correct it there.`);
  }
}
