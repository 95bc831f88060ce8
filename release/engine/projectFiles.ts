import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { UserError } from "../../lib/userError.ts";
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
export async function readStackFile({ folder, name, defaults }: ProjectFiles, stack: string) {
  const yaml = await readYaml(join(folder, `Pulumi.${stack}.yaml`));
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
